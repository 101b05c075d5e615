"""Is numba_tuned's step fast in a user's process, too? `python benchmarks/goals/neighbours.py`.

Two places where threads that spin or sleep may cost more than the work itself: right after a call of NumPy, whose BLAS
threads spin for a tenth of a second; and beside another program that keeps a core busy, with a pause before each call,
in which threads go to sleep. There the mean counts: what a user waits for is the sum.
"""

import statistics
import sys
import time
from functools import partial

import numpy as np
from common import ARRAYS, TUNED, options, printed
from rich.table import Table
from trust import beside

from loopwise import get_implementation, workloads
from loopwise.contract.agreement import agreement, bounds
from loopwise.machine.threads import settle, threads
from loopwise.measure.samples import wake
from loopwise.report import units

WORKS = {
    "logistic 30 × 569": partial(workloads.drawn, "logistic", 569, 30),
    "logistic 1000 × 200": partial(workloads.drawn, "logistic", 200, 1000),
    "logistic 7 × 50 000": partial(workloads.drawn, "logistic", 50_000, 7),
    "logistic 100 × 20 000": partial(workloads.drawn, "logistic", 20_000, 100),
    "network 2-4-1, m = 400": partial(workloads.drawn, "network", 400, 2, [4, 1]),
    "network 64-32-10, m = 500": partial(workloads.drawn, "network", 500, 64, [32, 10]),
    "network 64-128-64-10, m = 1797": partial(workloads.drawn, "network", 1797, 64, [128, 64, 10]),
    "network 784-128-10, m = 128": partial(workloads.drawn, "network", 128, 784, [128, 10]),
}
AFTER, BESIDE = 0.8, 0.5  # the goals: of the speed alone; of NumPy's speed in the same place
PAUSE = 0.002  # seconds
LOOPS = "numba_loops"
LEAST = 20  # calls


def timed(step, before, seconds):
    """Seconds of single calls, each after a call of `before`, for so long."""
    settle()
    wake(step)
    found, end = [], time.perf_counter() + seconds
    while len(found) < LEAST or time.perf_counter() < end:
        before()
        begun = time.perf_counter()
        step()
        found.append(time.perf_counter() - begun)
    return found


def paused(steps, seconds):
    """The mean seconds of each step's single calls beside a busy process, in turns, with a pause before each."""
    each, rng = {name: [] for name in steps}, np.random.default_rng(0)
    with beside("1 busy"):
        end = time.perf_counter() + seconds
        while len(each[TUNED]) < LEAST or time.perf_counter() < end:
            for name in rng.permutation(list(steps)):
                settle()
                time.sleep(PAUSE)
                begun = time.perf_counter()
                steps[name]()
                each[name].append(time.perf_counter() - begun)
    return {name: statistics.mean(found) for name, found in each.items()}


def main(given):
    """A row for each work; exit code 1 where a goal is missed, 130 after Ctrl-C."""
    table = Table(
        "work", "alone", "right after NumPy", "of the speed alone", "beside", "NumPy there", "of NumPy's speed"
    )

    def add(what, build):
        work = build()
        steps = {name: work.bind(get_implementation(name)) for name in (TUNED, ARRAYS)}
        expected, bound = work.outputs(get_implementation(LOOPS)), bounds(work)
        for name in steps:  # nothing is timed before it has agreed
            held = agreement(work.outputs(get_implementation(name)), expected, "rounding", bound, work.dtype)
            held.require(name, LOOPS)
        alone = statistics.median(timed(steps[TUNED], lambda: None, given.budget / 4))
        after = statistics.median(timed(steps[TUNED], steps[ARRAYS], given.budget / 4))
        there = paused(steps, given.budget / 2)
        goals = (alone / after, AFTER), (there[ARRAYS] / there[TUNED], BESIDE)
        first, second = (f"{ratio:.2f} {'✓' if ratio >= goal else '✗'} ≥ {goal}" for ratio, goal in goals)
        cells = [units.seconds(seconds) for seconds in (alone, after, there[TUNED], there[ARRAYS])]
        table.add_row(what, *cells[:2], first, *cells[2:], second)
        print(f"{what}: {first}; {second}", file=sys.stderr, flush=True)
        return all(ratio >= goal for ratio, goal in goals)

    with threads(given.threads):
        return printed(table, add, WORKS.items(), given)


if __name__ == "__main__":
    sys.exit(main(options(__doc__, budget=8.0)))
