"""Vectors added up without any rounding: each number is cut into digits, and each digit has a row of its own.

Bin k has digits that are multiples of 2^e, e = 40k - 1074, at most 2^(e+39) large. A number's digits are taken from the
highest bin down: (x + C) - C with C = 1.5 * 2^(52+e) is x rounded to a multiple of 2^e, and what is left of x is at
most 2^(e-1), which the next bin, 40 powers lower, can take. Below 2^-1074 there is nothing, so that at the lowest bin
nothing is left at all.

Proof that no addition rounds. A row holds the sum of n digits of its bin: a multiple of 2^e, at most n 2^(e+39) large.
All such numbers up to 2^(e+53) are floats, so sums are exact while n <= 2^14. `carry` makes one digit of a row's sum
(what is left of it after its multiple of 2^(e+40) went to the bin above), so that n is 1 again; `scale/exact_sums.py`
counts, and carries at `MOST_DIGITS` = 2^13, before two such rows are added.

Source: J. Demmel, H. D. Nguyen, "Parallel reproducible summation" (2015), for the bins, here as many as it takes for
all of a number; R. Hettinger, `math.fsum`, for how a sum of digits is rounded.
"""

import numpy as np

from .decorators import njit

WIDTH, LOWEST = 40, -1074  # of a bin, in powers of 2; where the subnormal numbers end
MOST_DIGITS = 2**13
PIECE = 512  # numbers whose digits are taken before those of the next: they stay in the first cache


DONE, LEFT, TOO_LARGE = range(3)


@njit
def take_digits(bins, roundings, most, rest):
    """Add the digits of each number of `rest` to its column of `bins`, and leave what lies below the last bin.

    Parameters
    ----------
    bins : array (count, P)
        From the highest bin to the lowest.
    roundings : array (count,)
        C of each bin.
    most : float
        What the highest bin takes.
    rest : array (P,)
        Changed.

    Returns
    -------
    {DONE, LEFT, TOO_LARGE}
        Whether something is left below; or a number is larger than the highest bin takes, or NaN: then nothing was
        taken of it, and of the numbers after it.
    """
    left = 0.0
    for start in range(0, len(rest), PIECE):
        part = rest[start : start + PIECE]
        fits = 0.0
        for p in range(len(part)):
            if abs(part[p]) <= most:
                fits += 1.0
        if fits != len(part):
            return TOO_LARGE
        for k in range(len(bins)):
            row, C = bins[k, start : start + PIECE], roundings[k]
            for p in range(len(part)):
                digit = (part[p] + C) - C
                row[p] += digit
                part[p] -= digit
        for p in range(len(part)):
            if part[p] != 0.0:
                left = 1.0
    return LEFT if left != 0.0 else DONE


@njit
def carry(bins, roundings, above):
    """Leave one digit in each row; what is more goes to the row above, of the highest bin to `above`.

    Parameters
    ----------
    bins : array (count, P)
    roundings : array (count,)
        C of the bin above each.
    above : array (P,)
        Of zeros; changed.
    """
    for k in range(len(bins) - 1, -1, -1):
        row, C = bins[k], roundings[k]
        higher = bins[k - 1] if k > 0 else above
        for p in range(len(row)):
            more = (row[p] + C) - C
            row[p] -= more
            higher[p] += more


@njit
def rounded(bins):
    """Each column's sum, correctly rounded (to nearest, ties to even), from one digit in each row.

    Proof. The digits are added from the highest down while that is exact. Where `hi + d` rounds for the first time,
    to `hi` and an error `lo`, what follows is smaller than the unit 2^e of `d`, since it is 2^(e-1) (1 + 2^-39) at
    most, and has the sign of the first digit in it that is not 0. `lo` is a multiple of 2^e, and so is half the
    distance from `hi` to its neighbours: where `lo` is no tie, what follows cannot make or pass one. A tie was rounded
    to even; what follows with the same sign as `lo` moves it to the neighbour, `hi + 2 lo`, and with the other sign
    confirms it.
    """
    count, P = bins.shape
    sums = np.zeros(P)
    for p in range(P):
        hi, lo, k = 0.0, 0.0, 0
        while k < count and lo == 0.0:
            digit = bins[k, p]
            total = hi + digit
            lo = digit - (total - hi)
            hi = total
            k += 1
        while k < count and bins[k, p] == 0.0:
            k += 1
        if lo != 0.0 and k < count and (lo < 0.0) == (bins[k, p] < 0.0):
            neighbour = hi + 2.0 * lo
            if neighbour - hi == 2.0 * lo:
                hi = neighbour
        sums[p] = hi
    return sums
