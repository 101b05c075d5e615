"""What each machine of a cluster has found: one table, with a card for each."""

from rich.console import Group
from rich.text import Text

from ..machine.card import card_line, warnings
from . import units
from .cells import empty_table
from .terminal import plain


def machines_table(results):
    """A row for each worker and implementation, the workers' cards, and who disagrees.

    Parameters
    ----------
    results : list of measure.machines.Found
    """
    table = empty_table()
    for heading, justify in (("worker", "left"), ("work", "left"), ("implementation", "left"), ("agreement", "left")):
        table.add_column(heading, justify=justify, overflow="fold")
    for heading in ("step", "speedup"):
        table.add_column(heading, justify="right", no_wrap=True)
    for k, found in enumerate(results, start=1):
        for comparison in found.comparisons:
            for n, row in enumerate(comparison["rows"]):
                where = (str(k), comparison["workload"]) if n == 0 else ("", "")
                table.add_row(*where, plain(row["implementation"]), agreement(row), *times(row))
    shown = [table] if table.row_count else []
    return Group(*shown, *(line for k, found in enumerate(results, start=1) for line in lines_about(k, found)))


def agreement(row):
    """Same bits, within the bound, or not."""
    held = row["agreement"]
    if held is None:
        return Text("n/a", style="yellow")
    if not held["passed"]:
        return Text("✗ disagrees", style="bold red")
    return Text("✓ same bits" if held["max_ulp"] == 0 else f"✓ {held['max_ulp']} ulp", style="green")


def times(row):
    """The median of a step, and the speedup."""
    if row["step_seconds"] is None or row["spoilt"]:
        return "spoilt" if row["spoilt"] else "n/a", ""
    ratio = row["speedup"] and row["speedup"]["ratio"]
    return units.seconds(row["step_seconds"]["median"]), units.three(ratio) if ratio else "n/a"


def lines_about(k, found):
    """A worker's address and card, what held it down, and what does not agree there."""
    yield Text(f"{k}: {plain(found.worker)}", "bold")
    if found.error:
        yield Text(f"   {plain(found.error)}", "bold red")
    if found.comparisons:
        machine = found.comparisons[0]["machine"]
        yield Text(f"   {card_line(machine)}", "dim")
        yield from (Text(f"   {line}", "yellow") for line in warnings(machine))
    yield from (Text(f"   disagrees: {plain(line)}", "bold red") for line in found.disagrees)
