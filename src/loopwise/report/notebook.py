"""Comparisons, sweeps, architectures and trainings in a notebook: the tables of the terminal, as HTML."""

import io
from functools import singledispatch

from rich.console import Console
from rich.text import Text

from ..learning.architecture import Architecture
from ..learning.state import State
from ..measure.rows import Comparison
from ..measure.sweep import Sweep
from .cells import empty_table
from .comparison import comparison_table
from .shapes import layer_shapes, shapes_table
from .sweep import sweep_shown

COLUMNS = 110
FRAME = '<pre style="line-height: normal; white-space: pre; overflow-x: auto">{code}</pre>'


def html_of(result):
    """What a notebook shows of a result.

    Parameters
    ----------
    result : Comparison, Sweep, Architecture or State

    Returns
    -------
    str
        One element, with its own styles: no scripts, nothing from elsewhere.
    """
    page = Console(record=True, file=io.StringIO(), width=COLUMNS, markup=False, emoji=False, highlight=False)
    page.print(shown(result))
    return page.export_html(code_format=FRAME, inline_styles=True)


@singledispatch
def shown(result):
    """What rich prints of a result."""
    raise TypeError(f"{type(result).__name__} has no table")


@shown.register
def _(result: Comparison):
    return comparison_table(result)


@shown.register
def _(result: Sweep):
    return sweep_shown(result) if result.comparisons else Text("nothing was measured")


@shown.register
def _(result: Architecture):
    return shapes_table(result, [layer_shapes(result, l, "m") for l in range(1, result.L + 1)], "m")


@shown.register
def _(result: State):
    table = empty_table(title=Text(f"{len(result.theta)} parameters, {result.theta.dtype}", "bold"))
    for heading in ("", "epochs", "steps", "first cost", "last cost", "ended"):
        table.add_column(heading, justify="right")
    kinds = {"training": result.costs, "validation": result.validation_costs}
    for kind, costs in kinds.items():
        if costs or kind == "training":
            ends = (f"{costs[0]:.6g}", f"{costs[-1]:.6g}") if costs else ("–", "–")
            table.add_row(kind, str(result.epoch), str(result.step), *ends, result.stopped or "goes on")
    return table
