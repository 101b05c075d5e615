"""What the scripts of goals share: one row a workload, its ratio to the best of the others, the goal.

Nothing here works by itself: the work comes from `loopwise.workloads`, agreement and time from
`loopwise.measure.comparison`, in interleaved rounds with equal threads.
"""

import argparse
import gc
import sys

from rich.console import Console
from rich.table import Table

from loopwise.machine.card import card, card_line, warnings
from loopwise.machine.load import Load
from loopwise.machine.threads import default_threads
from loopwise.measure.comparison import compare
from loopwise.measure.peers import PEERS
from loopwise.measure.peers import load as load_peers
from loopwise.report.cells import at_most, time_text

TUNED, ARRAYS = "numba_tuned", "numpy_vectorized"


def options(documentation, budget=10.0):
    """The command line of every script."""
    parser = argparse.ArgumentParser(description=(documentation or "").partition("\n")[0])
    parser.add_argument("--budget", type=float, default=budget, help=f"seconds a row (default {budget:g})")
    parser.add_argument("--only", default="", help="only the rows whose name holds this")
    parser.add_argument("--peers", type=known_peers, default="", help="torch,jax,sklearn: timed with NumPy")
    parser.add_argument("--threads", type=int, default=default_threads())
    given = parser.parse_args()
    if not 1 <= given.threads <= default_threads():
        parser.error(f"threads is {given.threads}; expected 1 to {default_threads()}")
    # All at once, before Numba's threads have started: PyTorch, loaded after them, took five times as long.
    load_peers(given.peers)
    return given


def known_peers(text):
    """`torch,jax` as a list."""
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in PEERS:
            raise argparse.ArgumentTypeError(f"unknown peer {name!r}; expected some of {','.join(PEERS)}")
    return names


def against_the_best(title, goals, given, names=(TUNED, ARRAYS)):
    """Time every (what, build, goal, peers) of `goals`, print times and the ratio to the best of the others.

    Of the peers that were asked for those are timed that the row has. `build()` makes the workload when its turn comes.
    The first of `names` is held against the other one and the peers.
    """
    table = Table("work", names[0], "the others", "times as fast as the best", "goal", title=title)

    def add(what, build, goal, peers):
        return add_row(table, what, build(), goal, given, [peer for peer in peers if peer in given.peers], names)

    return printed(table, add, goals, given)


def printed(table, add, rows, given):
    """Fill a table and print it, with the machine below.

    `add(what, …)` adds one of `rows` and returns whether its goal was reached. Returns the exit code: 1 when an
    implementation disagrees or a goal is missed, 130 after Ctrl-C; the rows measured until then are printed.
    """
    console, code, load = Console(), 0, Load()
    try:
        for what, *settings in rows:
            if given.only in what:
                code |= not add(what, *settings)
    except KeyboardInterrupt:
        code = 130
    console.print(table)
    print_machine(console, given.threads, load)
    return code


def print_machine(console, threads, load):
    """The machine below a table; what held a contender down, or all of them, stands first. `load`: since the start."""
    machine = card(threads) | {"load": load.so_far()}
    for line in warnings(machine):
        console.print(line, style="yellow")
    console.print(card_line(machine), style="dim")


def add_row(table, what, work, goal, given, peers, names=(TUNED, ARRAYS)):
    """Time one workload, the first of `names` against the others and the peers; returns whether it reached the goal."""
    result = compare(work, names, given.budget, given.threads, baseline=names[0], peers=peers)
    if result.stopped:
        raise KeyboardInterrupt
    ours, *others = result.rows
    agreed = result.agreed and ours.speedup is not None
    known = [row.speedup for row in others if row.speedup and row.speedup["ratio"]]
    best = max(known, key=lambda speedup: speedup["ratio"], default={"ratio": None, "high": None, "low": None})
    ratio, low, high = (1 / best[key] if best[key] else None for key in ("ratio", "high", "low"))
    spoilt = any(row.spoilt for row in result.rows)
    reached = bool(agreed and not spoilt and ratio and ratio >= goal)
    interval = (f"{ratio:.2f}" if ratio else "n/a") + (f"\n({low:.2f}–{high:.2f})" if low and high else "")
    named = "\n".join(f"{row.implementation} {milliseconds(row)}" for row in others)
    verdict = f"{'✓' if reached else '✗'} ≥ {goal}" if agreed else "disagrees"
    verdict = "spoilt by other programs" if spoilt else verdict
    table.add_row(what, milliseconds(ours), named, interval, verdict)
    print(f"{what}: {interval.partition(chr(10))[0]}", file=sys.stderr, flush=True)
    gc.collect()
    return reached


def milliseconds(row):
    """A row's median; what other programs made of it stands before it, or instead."""
    return time_text(row) if row.times is None else f"{at_most(row)}{1e3 * row.times['median']:.3g} ms"
