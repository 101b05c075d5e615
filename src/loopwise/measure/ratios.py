"""How many times as fast, and when one may say so.

A ratio is the median over paired rounds. Nothing is assumed of how times are distributed, only that of two contenders
that are equally fast either is the faster one of a round as a coin falls: contenders take turns in an order that is
drawn, on arrays in places that are drawn. Then so many of n rounds for one of them have a probability that can be
counted.
"""

import math
from functools import cache

import numpy as np

from .samples import BEFORE_ROUNDS, FAR_OFF

SHOWN = 40  # the interval that is shown may miss the median in 1 of 20 cases, in 1 of 40 at each side
NAMED = 20_000  # a word needs more: 1 in 10 000, so that a table of ten rows holds a false one in 1 of 1000
WORTH = 1.01  # what is less than one per cent faster is not worth a word
# With too few pairs for that no probability is known: then all must be this far apart, with fewer than PAIRS further.
FEW, PAIRS, VERY_FEW = 2.0, 3, 10.0


def paired_ratio(baseline, contender):
    """How many times faster than the baseline: the median ratio of rounds that both took part in.

    Returns
    -------
    dict
        ratio; low and high, its 95 % confidence interval, None where fewer than six pairs leave it open, and wider by
        as much as other programs may have made one of the two too long; sure, whether one may be called faster than
        the other.
    """
    one, other = baseline.told, contender.told
    if not set(one) & set(other):
        one, other = baseline.every, contender.every
    rounds = set(one) & set(other)
    if not rounds:
        return {"ratio": None, "low": None, "high": None, "sure": False}
    ratios = sorted(one[r] / other[r] for r in rounds)
    low, high = interval(ratios, SHOWN)
    off_by = max(baseline.off_by(rounds), contender.off_by(rounds))
    if off_by > 1 or baseline.is_at_most or contender.is_at_most:
        off_by *= FAR_OFF
        low, high = (low / off_by, high * off_by) if low and math.isfinite(off_by) else (None, None)
    sure = rounds != {BEFORE_ROUNDS} and is_sure(ratios, max(WORTH, off_by))
    return {"ratio": float(np.median(ratios)), "low": low, "high": high, "sure": sure}


def is_sure(ratios, worth=WORTH):
    """Whether sorted ratios leave no doubt that one of the two is so many times as fast."""
    low, high = interval(ratios, NAMED)
    if low is None:
        low, high, worth = ratios[0], ratios[-1], worth * (FEW if len(ratios) >= PAIRS else VERY_FEW)
    return low > worth or high < 1 / worth


def interval(ratios, odds):
    """The confidence interval of the median of sorted ratios; (None, None) where there are too few."""
    below = outside_interval(len(ratios), odds)
    return (ratios[below], ratios[-1 - below]) if below is not None else (None, None)


@cache
def outside_interval(n, odds=SHOWN):
    """How many of n sorted numbers lie below the confidence interval of their median, and as many above it.

    Each lies below the median as a coin falls, so it is the most, if any, that n coins show in one of `odds` throws at
    most. Exact; SciPy's `quantile_test` finds the same, but takes half a second to be imported.
    """
    heads, ways, throws = 0, 1, 1
    while odds * throws < 2**n:
        heads += 1
        ways = ways * (n - heads + 1) // heads
        throws += ways
    return heads - 1 if heads else None
