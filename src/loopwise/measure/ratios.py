"""How many times as fast, and when one may say so.

A ratio is the median over paired rounds. Nothing is assumed of how times are distributed, only that of two contenders
that are equally fast either is the faster one of a round as a coin falls: contenders take turns in an order that is
drawn, on arrays in places that are drawn. Then so many of n rounds for one of them have a probability that can be
counted.
"""

from functools import cache

import numpy as np

from .samples import FAR_OFF

SHOWN = 40  # the interval that is shown may miss the median in 1 of 20 cases, in 1 of 40 at each side
NAMED = 20_000  # a word needs more: 1 in 10 000, so that a table of ten rows holds a false one in 1 of 1000
WORTH = 1.01  # what is less than one per cent faster is not worth a word
FEW = 2.0  # with too few pairs to count: hardly ever are two samples of equals so far apart, and never all


def paired_ratio(baseline, contender):
    """How many times faster than the baseline: the median ratio of rounds that both took part in.

    Returns
    -------
    dict
        ratio; low and high, its 95 % confidence interval, None where fewer than six pairs leave it open; sure, whether
        one may be called faster than the other.
    """
    one, other = baseline.told, contender.told
    ratios = sorted(one[r] / other[r] for r in set(one) & set(other))
    if not ratios:
        return {"ratio": None, "low": None, "high": None, "sure": False}
    low, high = interval(ratios, SHOWN)
    disturbed = baseline.is_disturbed or contender.is_disturbed
    sure = is_sure(ratios, FAR_OFF if disturbed else WORTH) and not (baseline.is_spoilt or contender.is_spoilt)
    return {"ratio": float(np.median(ratios)), "low": low, "high": high, "sure": sure}


def is_sure(ratios, worth=WORTH):
    """Whether sorted ratios leave no doubt that one of the two is so many times as fast."""
    low, high = interval(ratios, NAMED)
    if low is None:
        low, high, worth = ratios[0], ratios[-1], FEW
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
