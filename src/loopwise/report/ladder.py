"""The matmul ladder as a table in the terminal and as a figure for a slide."""

from matplotlib import rc_context
from rich import box
from rich.table import Table
from rich.text import Text

from ..measure.ladder import NUMPY
from ..measure.machine import card_line
from . import units
from .figures import COLOURS, STYLE, entitled, sign
from .tables import agreement_cell, folded

EXACT, ROUNDING = COLOURS["numba_loops"], COLOURS["numba_tuned"]
WIDE = 110  # columns of a terminal in which there is room for each rung's idea

# === the table ========================================================================================


def ladder_table(ladder, columns):
    """One row a rung, for a terminal with so many columns; the second line of a cell says how sure the first one is."""
    work, sizes = ladder.workload, ladder.workload.sizes
    table = Table(
        title=Text(f"matmul · ({sizes['n']}, {sizes['k']}) · ({sizes['k']}, {sizes['p']}) · {work.dtype}", "bold"),
        caption=Text(caption(ladder), "dim italic"),
        caption_justify="left",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1),
        pad_edge=False,
    )
    table.add_column("rung", no_wrap=True)
    if columns >= WIDE:
        table.add_column("what is new", no_wrap=True)
    table.add_column("agreement", no_wrap=True)
    for heading in ("product\nquartiles", "GFLOP/s\nof peak", "× below\n95 %", "× slide\n95 %"):
        table.add_column(heading, justify="right", overflow="fold")
    for row in ladder.rows:
        idea = [row.idea] if columns >= WIDE else []
        table.add_row(rung_cell(row), *idea, agreement_cell(row), *time_cells(row))
    return table


def rung_cell(row):
    """`5 registers`; NumPy is no rung."""
    return row.name if row.rung is None else f"{row.rung} {row.name}"


def time_cells(row):
    """Seconds, rate and both ratios."""
    step = row.step_seconds
    if step is None:
        return "n/a", "", "", ""
    quartiles = "\n" + folded(units.span(step["p25"], step["p75"], like=step["median"]))
    share = "" if row.of_peak is None else f"\n{100 * row.of_peak:.0f} %"
    return (
        Text.assemble(units.seconds(step["median"]), (quartiles, "dim")),
        Text.assemble((units.three(row.gflops), "bold"), (share, "dim")),
        ratio_cell(row.times_below),
        ratio_cell(row.times_slide),
    )


def ratio_cell(ratio):
    """The ratio, ≈ where its interval holds 1, and the interval."""
    if ratio is None or ratio["ratio"] is None:
        return ""
    low, high, text = ratio["low"], ratio["high"], units.three(ratio["ratio"])
    if low is None:
        return Text.assemble((text, "bold"), ("\nfew rounds", "dim"))
    sign = "≈ " if low <= 1 <= high else ""
    return Text.assemble((f"{sign}{text}", "bold"), ("\n" + folded(f"{units.three(low)}–{units.three(high)}"), "dim"))


def caption(ladder):
    """Why a row has no time, how to read the table, and the machine card."""
    notes = [f"{row.name} {row.note}." for row in ladder.rows if row.note]
    if ladder.compiled_while_timing:
        notes.append(f"{ladder.compiled_while_timing} compilations fell into the race: do not trust its times.")
    count = ladder.machine["threads"]
    reading = f"Agreement: with {ladder.reference or 'nobody'}. One thread each; threads and {NUMPY}: {count}."
    if ladder.peak_gflops:
        peaks = ", ".join(f"{units.three(peak)} with {n}" for n, peak in ladder.peak_gflops.items())
        reading += f" Peak: multiply-adds in registers, GFLOP/s: {peaks}; each is held against that of its threads."
    return "\n".join([*notes, reading, card_line(ladder.machine)])


# === the figure =======================================================================================


def ladder_figure(ladder):
    """A bar a rung, the slide at the bottom; NumPy and the machine's peak as lines. The caller saves the figure."""
    rungs, lines = [row for row in ladder.rows if row.rung is not None], marks(ladder)
    with rc_context(STYLE | {"axes.spines.left": False}):
        figure = entitled(headline(ladder, rungs), None, figsize=(13.3, 7.5))
        panel = figure.subplots()
        most = max([1.0, *(value for value, *_ in lines), *(row.gflops or 0.0 for row in rungs)])
        panel.set_xlim(0, 1.03 * most)
        draw_marks(panel, lines, len(rungs), most)
        for row in rungs:
            draw_rung(panel, row, most)
        for label, colour in (("the slide's bits", EXACT), ("rounded once a term", ROUNDING)):
            panel.barh(0, 0, color=colour, label=label)
        panel.legend(
            loc="lower right", bbox_to_anchor=(0.96, 0.02), frameon=True, framealpha=1, edgecolor="white", fontsize=17
        )
        panel.set_yticks(range(len(rungs)), [f"{row.rung} {row.name}: {row.idea}" for row in rungs])
        panel.set_ylim(-0.6, len(rungs) - 0.4 + 0.42 * len(lines))
        panel.tick_params(axis="y", length=0)
        panel.set_xlabel("GFLOP/s (× the rung below)")
        panel.grid(axis="x", linewidth=1)
        sign(figure, ladder.machine)
        return figure


def headline(ladder, rungs):
    """What is multiplied, and how far it is from the bottom to the top."""
    n, k, p = (ladder.workload.sizes[symbol] for symbol in "nkp")
    top, what = rungs[-1].times_slide, f"{n} × {k} times {k} × {p}, {ladder.workload.dtype}"
    return f"{what}: {units.three(top['ratio'])} × the slide" if top and top["ratio"] else what


def draw_rung(panel, row, most):
    """The bar with its rate, and the ratio to the rung below; a rung without a time says so."""
    if row.gflops is None:
        said = "disagrees: not timed" if row.agreement and not row.agreement.passed else "n/a"
        panel.text(0.01 * most, row.rung, said, va="center", color="#b00000")
        return
    panel.barh(row.rung, row.gflops, height=0.74, color=EXACT if row.contract == "exact" else ROUNDING)
    below = row.times_below["ratio"] if row.times_below else None
    label = units.three(row.gflops) + (f"   × {units.three(below)}" if below else "")
    inside = row.gflops > 0.25 * most
    panel.annotate(
        label,
        (row.gflops, row.rung),
        xytext=(-10 if inside else 10, 0),
        textcoords="offset points",
        ha="right" if inside else "left",
        va="center",
        color="white" if inside else "black",
        fontweight="bold",
        bbox=None if inside else {"facecolor": "white", "edgecolor": "none", "pad": 2},
    )


def marks(ladder):
    """What is drawn as a line: (GFLOP/s, name, colour, style)."""
    peaks = [
        (peak, f"peak of {n} thread{'s' if n > 1 else ''}", "black", "-") for n, peak in ladder.peak_gflops.items()
    ]
    numpy = next(row for row in ladder.rows if row.name == NUMPY)
    return peaks + ([(numpy.gflops, "NumPy", COLOURS["numpy_vectorized"], "--")] if numpy.gflops else [])


def draw_marks(panel, lines, top, most):
    """The lines, behind the bars, each with its name and value above at a height of its own."""
    for place, (value, name, colour, style) in enumerate(sorted(lines)):
        height = top - 0.4 + 0.42 * place
        panel.plot([value, value], [-0.6, height + 0.3], style, color=colour, linewidth=3, zorder=1)
        left = value > 0.5 * most
        label = f"{name}: {units.three(value)}"
        panel.annotate(
            label,
            (value, height),
            xytext=(-8 if left else 8, 0),
            textcoords="offset points",
            color=colour,
            ha="right" if left else "left",
        )
