"""What prange may not do: two threads, one counter.

Source: B "Vectorization": sums over examples, shared by threads
"""

import numpy as np
from numba import get_num_threads, njit, prange

from ...measure.machine import default_threads, threads
from ...report import units
from ..story import Seen, require_equal, table, timed, times_table

NUMBERS, BLOCKS, TRIES = 2_000_000, 64, 5
QUESTION = "Two million digits are counted, and all threads write to the same ten counters. What comes out?"
CHOICES = (
    "the right counts",
    "too few, the same in every run",
    "too few, another number in every run",
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


def measure():
    """Count wrong, count right; then the sum that is right but has other bits for every number of threads."""
    rng = np.random.default_rng(0)
    digits, x = rng.integers(0, 10, NUMBERS), rng.standard_normal(NUMBERS)
    racing = [int(count_racing(digits).sum()) for _ in range(TRIES)]
    contenders = {"one thread": lambda: count_serial(digits), "in blocks": lambda: count_in_blocks(digits)}
    require_equal({name: step() for name, step in contenders.items()})
    times, running = timed(contenders, 1.5), get_num_threads()
    sums = {n: (sums_with(n, sum_reduced, x), sums_with(n, sum_in_blocks, x)) for n in range(1, running + 1)}
    reduced, blocked = (len(set(column)) for column in zip(*sums.values()))
    judged = verdict(racing, running)
    said = f"""
    Of {units.count(NUMBERS)} digits the racing loop counted {", ".join(map(units.count, racing))}. {judged}

    `counts[d] += 1` is three steps: read, add, write. When two threads read the same value, one count is lost. No
    error is raised, and with one thread, or with luck, the result is right: a test on one core sees nothing.

    In blocks, each iteration of prange writes to a row of its own; the rows are added at the end. The number of
    blocks does not depend on the number of threads, so neither does the result.

    For floats that matters even without a race: `total += x[i]` is allowed in prange, but over 1 to {running}
    threads it gave {reduced} different result{"s" if reduced > 1 else ""}, the blocks {blocked}.
    """
    counted = [(f"run {k + 1}", units.count(count), units.count(NUMBERS - count)) for k, count in enumerate(racing)]
    rows = [(n, *(f"{value:.17g}" for value in pair)) for n, pair in sums.items()]
    shown = [
        table(("racing", "counted", "lost"), counted, f"{running} thread{'s' if running > 1 else ''}"),
        times_table(times, "right"),
        table(("threads", "total += x[i]", "in blocks"), rows, "a sum of floats"),
    ]
    figures = {"threads": running, "counted": racing, "reduced_results": reduced, "blocked_results": blocked}
    return Seen(which(racing), shown, said, figures)


def which(racing):
    """Which of the choices came true."""
    if all(count == NUMBERS for count in racing):
        return 0
    if any(count > NUMBERS for count in racing):
        return 3
    return 1 if len(set(racing)) == 1 else 2


def verdict(racing, running):
    """What to make of the racing counts."""
    if any(count != NUMBERS for count in racing):
        return "It is wrong."
    if running == 1:
        return "It is right, but only because there is one thread here: nobody raced."
    return "It was right, by luck: the threads happened not to meet."


def sums_with(count, add, x):
    """One sum with so many threads."""
    with threads(min(count, default_threads())):
        return add(x)
