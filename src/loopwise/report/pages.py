"""`--html`: what a command has measured as one self-contained page, with the source of what was measured."""

import math
import shlex
from dataclasses import dataclass

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from ..errors import ImplementationError
from ..implementations import get_implementation, implementation_names
from ..interface import OPERATIONS
from ..machine.card import card_line, warnings
from ..process.command_line import given
from . import units
from .break_even import break_even_figure, sentences, start_text
from .cells import distrust, time_text
from .comparison import comparison_figure, speedup_label
from .html import Points, render
from .sources import source_of, whole
from .style import COLOURS, OTHERS
from .sweep import notes, sweep_figure
from .terminal import plain

# What a network's step is made of; `numba_tuned` does the same in one call.
STEP = ("layer_forward", "cost", "output_delta", "activation_backward", "layer_gradient", "layer_backward")


AGREEMENT = ("implementation", "contract", "agreement", "ulp", "share of the bound", "one step", "speedup", "remark")


@dataclass(frozen=True)
class Cell:
    """What a table's cell says; a number has a key to sort by."""

    text: str
    key: float | None = None


@dataclass(frozen=True)
class Row:
    """An implementation's line; the page's switches hide and show it."""

    name: str
    cells: list


@dataclass(frozen=True)
class Table:
    """Rows under their heads."""

    title: str
    heads: tuple
    rows: list

    def numeric(self, column):
        """Whether a column has numbers."""
        return any(row.cells[column].key is not None for row in self.rows)


def comparison_page(comparisons):
    """The page of `loopwise compare`."""
    points = Points()
    figure = points.svg(comparison_figure(comparisons, points), "time of one step of every implementation")
    names = ", ".join(dict.fromkeys(comparison.workload.name for comparison in comparisons))
    said = [line for comparison in comparisons for line in remarks(comparison)]
    return measured_page(names, figure, said, [agreement_table(comparison) for comparison in comparisons], comparisons)


def remarks(comparison):
    """Which rows have no time and why; what agreement and speed refer to."""
    yield from (f"{row.implementation} {row.note}" for row in comparison.rows if row.note)
    yield from comparison.absent.values()
    yield from distrust(comparison.compiled_while_timing)
    against = f", speedup against {comparison.baseline}" if comparison.baseline else ""
    yield f"{comparison.workload.name}: agreement is with {comparison.reference}{against}."


def sweep_page(sweep):
    """The page of `loopwise sweep`."""
    points, title = Points(), f"{sweep.workload.name} against {sweep.over}"
    figure = points.svg(sweep_figure(sweep, points), "time and memory against the size")
    *said, _ = notes(sweep)  # the last is the machine, which the page has on top
    rows = [
        Row(row.name, [Cell(units.count(size), size), *row.cells])
        for size, comparison in sweep.comparisons.items()
        for row in agreement_rows(comparison)
    ]
    table = Table("Agreement and time at every size", (sweep.over, *AGREEMENT), rows)
    return measured_page(title, figure, said, [table], list(sweep.comparisons.values()))


def break_even_page(result):
    """The page of `loopwise break-even`."""
    points, title = Points(), f"When compiling has paid: {result.comparison.workload.name}"
    figure = points.svg(break_even_figure(result, points), "total time against the number of calls")
    *said, _ = sentences(result)
    heads = ("implementation", "first call, all to compile", "first call, all in the cache", "each further call")
    rows = [
        Row(
            plain(cost.implementation),
            [
                Cell(plain(cost.implementation)),
                *(Cell(start_text(start), start.first_call) for start in (cost.cold, cost.cached)),
                time_cell(result.row(cost.implementation)),
            ],
        )
        for cost in result.costs
    ]
    tables = [Table("Starts and steps", heads, rows), agreement_table(result.comparison)]
    return measured_page(title, figure, said, tables, [result.comparison])


def measured_page(title, figure, said, tables, comparisons):
    """Everything that the three pages have in common."""
    rows = [row.implementation for comparison in comparisons for row in comparison.rows]
    names = list(dict.fromkeys(rows))
    warned = list(dict.fromkeys(line for comparison in comparisons for line in warnings(comparison.machine)))
    return render(
        "measured.html",
        title=title,
        command=f"loopwise {shlex.join(given())}",
        machine=card_line(comparisons[-1].machine),
        warnings=warned,
        colours={plain(name): COLOURS.get(name, OTHERS) for name in names},
        figure=figure,
        notes=[note for note in said if note not in warned],
        tables=tables,
        operations=sources([comparison.workload for comparison in comparisons], names),
    )


def time_cell(row):
    """A row's time as a cell."""
    if row.times:
        return Cell(time_text(row), row.times["median"])
    return Cell("spoilt" if row.spoilt else "")


def agreement_table(comparison):
    """Which contract each implementation keeps, how well, and how fast it is."""
    work = comparison.workload
    title = f"Agreement: {work.name}, {work.data}, {units.sizes(work)}, {work.dtype}"
    return Table(title, AGREEMENT, agreement_rows(comparison))


def agreement_rows(comparison):
    """A row for each implementation."""
    return [Row(plain(row.implementation), agreement_cells(row)) for row in comparison.rows]


def agreement_cells(row):
    """One implementation's cells."""
    held = row.agreement
    if held is None:
        return [Cell(plain(row.implementation)), *[Cell("")] * 6, Cell(row.note)]
    agreed = ("✓ same bits" if held.max_ulp == 0 else "✓ within the bound") if held.passed else "✗ disagrees"
    share = Cell(f"{held.bound_ratio:.2g}", held.bound_ratio) if math.isfinite(held.bound_ratio) else Cell("")
    known = row.speedup and row.speedup["ratio"] is not None and not row.speedup_spoilt
    return [
        *map(Cell, (plain(row.implementation), held.contract, agreed)),
        Cell(units.count(held.max_ulp), held.max_ulp),
        share,
        time_cell(row),
        Cell(speedup_label(row), row.speedup["ratio"]) if known else Cell(""),
        Cell(row.note),
    ]


# === sources ==========================================================================================


@dataclass(frozen=True)
class Coloured:
    """A source as HTML."""

    implementation: str
    location: str
    html: str


def sources(works, names):
    """`{operation: [Coloured, …]}` of all operations that the works are made of; peers have no source here."""
    operations = dict.fromkeys(operation for work in works for operation in operations_of(work))
    ours = [name for name in names if name in implementation_names()]
    return {operation: [*coloured(operation, ours)] for operation in operations}


def operations_of(work):
    """What a workload is made of."""
    if work.name in OPERATIONS:
        return [work.name]
    return STEP if "layer_sizes" in work.sizes else ("logistic_step", "descend")


def coloured(operation, names):
    """An operation in every implementation that has it."""
    for name in names:
        try:
            source = source_of(get_implementation(name), operation)
        except ImplementationError:
            continue
        yield Coloured(plain(name), plain(source.location), colour(whole(source)))


def colour(text):
    """Python in colours; the page's style sheet says which, for classes of one or two letters."""
    return highlight(text, PythonLexer(), HtmlFormatter(nowrap=True))
