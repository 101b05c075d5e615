"""What prange may not do: two threads, the same counters; and sums whose bits depend on the threads.

Source: goes beyond B "Vectorization": sums over examples, shared by threads
"""

import time

import numpy as np
from numba import get_num_threads, njit, prange

from ...machine.threads import threads
from ...report import units
from ..demo import Outcome
from ..kit import pace, require_equal, table, timed, times_table

NUMBERS, BLOCKS = 2_000_000, 64
TRIES, PATIENCE = 5, 3.0  # runs at least, and seconds to wait for one that is wrong
QUESTION = f"""
{units.count(NUMBERS)} digits are counted, and all threads write to the same ten counters. What comes out?
"""
CHOICES = (
    "the right counts",
    "too few, the same in every run",
    "too few, another number from run to run",
    "too many",
)


@njit(parallel=True, cache=True)
def count_racing(digits):
    counts = np.zeros(10, np.int64)
    for i in prange(len(digits)):
        counts[digits[i]] += 1  # read, add, write
    return counts


@njit(parallel=True, cache=True)
def count_in_blocks(digits):
    counts = np.zeros((BLOCKS, 10), np.int64)
    n = len(digits)
    for block in prange(BLOCKS):
        for i in range(block * n // BLOCKS, (block + 1) * n // BLOCKS):
            counts[block, digits[i]] += 1  # a row of its own
    return counts.sum(axis=0)


@njit(cache=True)
def count_serial(digits):
    counts = np.zeros(10, np.int64)
    for i in range(len(digits)):
        counts[digits[i]] += 1
    return counts


@njit(parallel=True, cache=True)
def sum_reduced(x):
    total = 0.0
    for i in prange(len(x)):
        total += x[i]  # Numba sees a sum: each thread has its own, and they are added at the end
    return total


@njit(parallel=True, cache=True)
def sum_in_blocks(x):
    sums, n = np.zeros(BLOCKS), len(x)
    for block in prange(BLOCKS):
        total = 0.0
        for i in range(block * n // BLOCKS, (block + 1) * n // BLOCKS):
            total += x[i]
        sums[block] = total
    total = 0.0
    for block in range(BLOCKS):  # always in this order
        total += sums[block]
    return total


CODE = [count_racing, count_in_blocks]


def raced(digits):
    """What the racing loop counted, run after run: until one is wrong, or for as long as one is patient."""
    counted, until = [], time.monotonic() + PATIENCE
    while len(counted) < TRIES or (set(counted) == {len(digits)} and time.monotonic() < until):
        counted.append(int(count_racing(digits).sum()))
    return counted


def measure():
    """Count wrong, count right; then the sum that is right but has other bits for every number of threads."""
    rng, running = np.random.default_rng(0), get_num_threads()
    digits, x = rng.integers(0, 10, NUMBERS), rng.standard_normal(NUMBERS)
    counted = raced(digits)
    contenders = {"one thread": lambda: count_serial(digits), "in blocks": lambda: count_in_blocks(digits)}
    require_equal({name: step() for name, step in contenders.items()})
    times = timed(contenders, 1.5)
    sums = {n: (sums_with(n, sum_reduced, x), sums_with(n, sum_in_blocks, x)) for n in range(1, running + 1)}
    reduced, blocked = (len(set(column)) for column in zip(*sums.values()))
    said = f"""
    {verdict(counted, running)}

    `counts[d] += 1` is three steps: read, add, write. When two threads read the same value, one count is lost. No
    error is raised, and with one thread the result is right: a test that uses one sees nothing.

    In blocks, each iteration of prange writes to a row of its own; the rows are added at the end. The number of
    blocks does not depend on the number of threads, so neither does the result. Beside one thread, it
    {pace(times["in blocks"])}: starting threads and waiting for them is part of that.

    For floats order matters even without a race. `total += x[i]` is allowed in prange; with 1 to {running} threads it
    gave {units.plural(reduced, "different result")}, the sum in blocks {blocked}.
    """
    rows = [(f"run {k + 1}", units.count(count), units.count(NUMBERS - count)) for k, count in enumerate(counted)]
    shown = [
        table(("racing", "counted", "lost"), rows[-TRIES:], units.plural(running, "thread")),
        times_table(times, "right"),
        table(("threads", "total += x[i]", "in blocks"), [(n, *map(repr, pair)) for n, pair in sums.items()], "a sum"),
    ]
    figures = {"threads": running, "counted": counted, "reduced_results": reduced, "blocked_results": blocked}
    return Outcome(which(counted), shown, said, figures)


def which(counted):
    """Which of the choices came true."""
    if all(count == NUMBERS for count in counted):
        return 0
    if any(count > NUMBERS for count in counted):
        return 3
    return 1 if len(set(counted)) == 1 else 2


def verdict(counted, running):
    """What to make of the racing counts."""
    wrong = sum(count != NUMBERS for count in counted)
    if wrong:
        worst = units.count(max(abs(NUMBERS - count) for count in counted))
        return f"Of {units.plural(len(counted), 'run')} {wrong} counted wrong, at worst by {worst}."
    if running == 1:
        return "It was right, but only because there is one thread here: nobody raced."
    runs = units.plural(len(counted), "run")
    return f"In {runs} it was right: the threads hardly worked at the same time. That is no promise."


def sums_with(count, add, x):
    """One sum with so many threads."""
    with threads(count):
        return add(x)
