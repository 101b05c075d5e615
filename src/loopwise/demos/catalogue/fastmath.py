"""Fastmath and bits: what a compiler may do when it is promised what is not true.

Source: goes beyond B "Vectorization": why the exact implementations here do without
"""

import numpy as np
from numba import njit

from ...errors import DisagreementError
from ...report import units
from ..demo import Outcome
from ..kit import is_faster, pace, timed, times_table

NUMBERS, HOLES = 100_000, 1000
QUESTION = f"""
Of {units.count(NUMBERS)} numbers, {units.count(HOLES)} are NaN. A loop counts them with `if x[i] != x[i]`, which is
true for NaN only. Compiled with fastmath=True, it counts
"""
CHOICES = (f"{units.count(HOLES)}", "none", "something between")


def total(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i]
    return s


def count_nan(x):
    found = 0
    for i in range(len(x)):
        if x[i] != x[i]:
            found += 1
    return found


# Not cached: Numba's cache cannot tell two compilations of one function apart by their options.
strict, fast = njit(total), njit(total, fastmath=True)
count_strict, count_fast = njit(count_nan), njit(count_nan, fastmath=True)
CODE = [total, count_nan, "strict, fast = njit(total), njit(total, fastmath=True)"]


def measure():
    """A sum with and without, held against its rounding bound; then the count."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal(NUMBERS)
    u = np.finfo(float).eps / 2
    apart, bound = abs(fast(x) - strict(x)), 2 * NUMBERS * u / (1 - NUMBERS * u) * float(np.abs(x).sum())
    if apart > bound:
        raise DisagreementError(f"the sums are {apart} apart; the rounding bound is {bound}")
    times = timed({"strict": lambda: strict(x), "fastmath": lambda: fast(x)}, 1.5)
    holes = x.copy()
    holes[rng.choice(NUMBERS, HOLES, replace=False)] = np.nan
    counted, truth = int(count_fast(holes)), int(count_strict(holes))
    answer = 0 if counted == truth else 1 if counted == 0 else 2
    why = (
        "This compiler kept the test, though it need not have.",
        "fastmath promises that there are no NaNs: a number then equals itself, and the test may be left out.",
        "fastmath promises that there are no NaNs; the compiler has used that in a part of the loop.",
    )[answer]
    how = "The promise that order does not matter lets the compiler keep several sums at once, in vector instructions."
    same = "the same bits" if apart == 0 else f"{apart:.2g} away"
    said = f"""
    Strictly compiled the loop found {units.count(truth)}; with fastmath {units.count(counted)}. {why}

    The sum with fastmath {pace(times["fastmath"])}. {how if is_faster(times["fastmath"]) > 0 else ""} Its result is
    {same}; the rounding bound is {bound:.2g}. Which order it takes is its own choice, and may be another on the next
    machine.

    So the exact implementations here never use it. numba_parallel gets its vector instructions by computing several
    sums beside one another, each in the slide's order: speed that costs no bits.
    """
    figures = {"counted": counted, "times": times["fastmath"].ratio, "apart": apart, "bound": bound}
    return Outcome(answer, [times_table(times)], said, figures)
