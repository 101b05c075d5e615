"""Which of two commits' steps cost more or less apart from time: that is so on every machine."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

from rich.table import Table

from benchmarks.counting.costs import NO_COUNTS, NO_INSTRUCTIONS, counted
from benchmarks.counts import IMPLEMENTATIONS, WORKS

WORTH = 0.01  # a share by which costs must differ to be told
LEFT_OUT = NO_COUNTS or NO_INSTRUCTIONS  # why nothing, or not everything, is counted


def both(commits):
    """What the steps of each cost, counted at the same time."""
    if NO_COUNTS:
        return {}, {}
    cells = list(product(IMPLEMENTATIONS, WORKS))
    with ThreadPoolExecutor(2) as pool:
        return tuple(pool.map(lambda one: counted(cells, one.source, one.python), commits))


def differences(before, after):
    """The costs that differ by so much, as dicts; those that only one commit has are not compared."""
    found = []
    for cell in (cell for cell in before if cell in after):
        for cost in (cost for cost in before[cell] if cost in after[cell]):
            one, other = before[cell][cost], after[cell][cost]
            if abs(other - one) >= WORTH * one and one != other:
                implementation, work = cell
                found.append(
                    {"implementation": implementation, "work": work, "cost": cost, "before": one, "after": other}
                )
    return found


def table(found, before, after):
    """For people; what only one of the two could count is named."""
    shown = Table("implementation", "work", "cost", "before", "after", "", title="what is counted, not timed")
    for one in found:
        change = f"{one['after'] / one['before'] - 1:+.1%}" if one["before"] else ""
        numbers = (f"{one[side]:,.0f}" for side in ("before", "after"))
        shown.add_row(one["implementation"], one["work"], one["cost"].replace("_", " "), *numbers, change)
    shown.caption = f"{len(before.keys() & after.keys())} steps; all else differs by less than {WORTH:.0%}"
    alone = sorted(before.keys() ^ after.keys())
    if alone:
        shown.caption += f"; by one commit only: {', '.join(': '.join(cell) for cell in alone)}"
    if LEFT_OUT:
        shown.caption += f"; not everything was counted: {LEFT_OUT}"
    return shown
