"""Seconds for an epoch of logistic regression against m, in microseconds per example: does a step's cost grow with m?

Run it as `python benchmarks/goals/epochs.py --only numba_loops`; both memory orders of X are measured.
"""

import sys
from pathlib import Path

from common import options, print_machine
from rich.console import Console
from rich.table import Table

from loopwise.machine.load import Load
from loopwise.machine.threads import threads

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks import training


def main(given):
    """A row for each implementation, memory order and batch; Ctrl-C keeps the rows that are done."""
    console, code, load = Console(), 0, Load()
    table = Table(title="µs per example of an epoch")
    for heading in ("implementation", "X", "batch", *(f"m=10^{k}" for k in training.LOG10_M), "grows"):
        table.add_column(heading, no_wrap=True)
    with threads(given.threads):
        try:
            for name, *layout_and_batch in rows(given.only):
                table.add_row(name, *layout_and_batch, *cells(name, *layout_and_batch))
        except KeyboardInterrupt:
            code = 130
    console.print(table)
    console.print("grows: the last column against the smallest; a shuffle of all is part of an epoch of batches.")
    print_machine(console, given.threads, load)
    return code


def rows(only):
    """(implementation, memory order, batch) of every row."""
    names = [name for name in training.implementation_names() if only in name]
    return [(name, layout, batch) for name in names for layout in training.LAYOUTS for batch in training.BATCHES]


def cells(name, layout, batch):
    """The row's figures; a dash where the slide's loop would take too long."""
    each = {}
    for k in training.LOG10_M:
        if training.left_out(name, k, batch) is None:
            each[k] = 1e6 * training.epoch_seconds(name, 10**k, training.BATCHES[batch], layout) / 10**k
            print(f"{name} {layout} {batch} 10^{k}: {each[k]:.3g} µs", file=sys.stderr, flush=True)
    shown = [f"{each[k]:.3g}" if k in each else "–" for k in training.LOG10_M]
    return *shown, f"{each[max(each)] / min(each.values()):.3g} ×" if each else "–"


if __name__ == "__main__":
    sys.exit(main(options(__doc__)))
