"""A gradient held against the slope of its cost."""

from rich.console import Group
from rich.text import Text

from ..learning.gradient_check import TOLERANCE
from .cells import empty_table


def gradcheck_table(architecture, check):
    """The worst parameter and the verdict."""
    layers = "-".join(str(n) for n in architecture.n)
    verdict = Text("right", "bold green") if check.passed else Text("wrong", "bold red")
    title = Text(f"gradient of {layers} ({', '.join(architecture.activations)}; {architecture.loss})", "bold")
    table = empty_table()
    for heading in ("worst", "gradient", "slope of the cost", "relative error", "verdict"):
        table.add_column(heading, justify="left" if heading == "worst" else "right")
    numbers = f"{check.gradient:.9g}", f"{check.slope:.9g}", f"{check.relative_error:.1e}"
    table.add_row(check.parameter, *numbers, verdict)
    note = f"The relative error of the worst of {architecture.parameter_count} parameters; right up to {TOLERANCE:g}."
    notes = [Text(note, "dim italic")]
    if check.corner:
        count = f"{len(check.corners)} parameter{'s are' if len(check.corners) > 1 else ' is'} on a corner of the cost"
        notes.append(Text(f"{count}: any value between the slopes of its sides is right ({', '.join(check.corners)})."))
    if check.not_finite:
        notes.append(Text(f"{check.not_finite.capitalize()} of {check.parameter} is not finite.", "red"))
    return Group(title, table, *notes)
