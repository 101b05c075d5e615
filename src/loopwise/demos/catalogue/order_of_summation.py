"""Order of summation: ten million times 0.1 in float32.

Source: C 8, F: J as a mean over examples; Higham, Accuracy and Stability of Numerical Algorithms, chapter 4
"""

import math

import numpy as np
from numba import njit

from ...report import units
from ..demo import Outcome
from ..kit import nearest, table

NUMBERS = 10_000_000
LATE = 2.0**19  # a sum between this and twice this: its neighbours are 1/16 apart in float32
QUESTION = """
Ten million times 0.1 is a million. A loop that adds them up one by one in float32, numbers of seven digits, is off
by about
"""
ERRORS = (0.1, 10, 1000, 100_000)
CHOICES = ("0.1", "10", "1 000", "100 000")


@njit(cache=True)
def one_by_one(x):
    s = x[0]
    for i in range(1, len(x)):
        s += x[i]
    return s


@njit(cache=True)
def eight_sums(x):
    sums = x[:8].copy()
    for i in range(8, len(x) - 7, 8):
        for k in range(8):
            sums[k] += x[i + k]
    return one_by_one(sums)


CODE = [one_by_one, eight_sums, "np.sum(x)  # pairwise: halves of halves, down to blocks of 128", "math.fsum(x)"]


def measure():
    """Four orders in float32 and in float64, each against the exact sum."""
    rows, off = [], {}
    for dtype in (np.float32, np.float64):
        x, name = np.full(NUMBERS, 0.1, dtype), np.dtype(dtype).name
        exact = math.fsum(x[:1].tolist() * NUMBERS)  # all are the same number; rounded once
        unit = float(np.spacing(dtype(exact)))
        sums = {"one by one": one_by_one(x), "eight sums": eight_sums(x), "pairwise (np.sum)": np.sum(x)}
        for order, s in {**sums, "exact (math.fsum)": dtype(exact)}.items():
            error = abs(float(s) - exact)
            off[f"{order}, {name}"] = error
            rows.append((order, name, f"{float(s):,.4f}".replace(",", " "), f"{error:.2g}", units.about(error / unit)))
    naive, u = off["one by one, float32"], np.finfo(np.float32).eps / 2
    added = float(np.float32(LATE) + np.float32(0.1)) - LATE
    first, _, pairwise = (off[f"{order}, float32"] for order in sums)
    said = f"""
    One by one the float32 sum is off by {units.count(round(naive))}. Near {units.count(int(LATE))} floating-point
    numbers are {np.spacing(np.float32(LATE)):g} apart, and adding 0.1 there adds {added:g}. Between two powers of 2 it
    always rounds the same way, so the errors do not cancel: they pile up.

    The bound for n additions is n·u·Σ|x|, where u is half the distance from 1 to the next number: at worst the sum
    may be {NUMBERS * u:.0%} wrong; it is {naive / (NUMBERS * 0.1):.1%}. Pairwise, each number goes through about
    log₂ n additions instead of n: off by {pairwise:.2g}. Eight sums beside one another, as vector instructions keep
    them, are off by {units.count(round(off["eight sums, float32"]))}.

    So a result that differs from the slide's order need not be the worse one. The exact implementations here keep
    that order, in float64, so that all get the same bits; the others are held to a bound that is computed
    from the data.
    """
    shown = [table(("order", "type", "sum", "off by", "in ulp"), rows, words=2)]
    return Outcome(nearest(first, ERRORS), shown, said, {"off": off})
