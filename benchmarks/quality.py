"""How good a step is on this machine: against NumPy, against the machine's limits, against the rounding bound.

Each workload is compared once, as `loopwise compare` does it: agreement first, then interleaved rounds, the machine's
limits in the same minute. For asv larger is worse, so ratios are of times and shares are of what was lost.
"""

import math
from functools import partial
from itertools import product

from loopwise import get_implementation
from loopwise.contract.agreement import agreement, bounds
from loopwise.interface import OPERATIONS
from loopwise.measure.comparison import compare

from . import THREADS, cells
from .operations import operation

WORKS = {
    "logistic 30 × 2^12": (cells.logistic, 2**12),
    "logistic 100 × 2^17": (partial(cells.logistic, features=100), 2**17),
    "network 784-128-10 × 2^11": (partial(cells.network, layers="784-128-10"), 2**11),
}
SLOW = {
    (name, work): cells.too_slow(name, build, m)
    for name, (work, (build, m)) in product(cells.IMPLEMENTATIONS, WORKS.items())
}
ROUNDING = [name for name in cells.IMPLEMENTATIONS if get_implementation(name).contract == "rounding"]
EXACT = [name for name in cells.IMPLEMENTATIONS if name not in ROUNDING]
OF_BOUND = "share of the rounding bound (lower is better)"
BUDGET = 3.0  # seconds for each comparison
BASELINE = "numpy_vectorized"


class Race:
    """What `loopwise compare` says of a step, over the commits."""

    param_names = ["implementation", "work"]
    params = [cells.IMPLEMENTATIONS, list(WORKS)]

    def setup_cache(self):
        """Time all of them, once for all figures."""
        rows = {}
        for work, (build, m) in WORKS.items():
            names = [name for name in cells.IMPLEMENTATIONS if not SLOW[name, work]]
            result = compare(build(m), names, BUDGET, int(THREADS), baseline=BASELINE)
            rows |= {(row.implementation, work): row for row in result.rows}
        return rows

    setup_cache.timeout = 300

    @cells.leave_out(SLOW | {(BASELINE, work): "NumPy itself" for work in WORKS})
    def track_ratio_to_numpy(self, rows, implementation, work):
        row = rows[implementation, work]
        return math.nan if row.speedup is None or row.speedup_spoilt else 1 / row.speedup["ratio"]

    track_ratio_to_numpy.unit = "x NumPy time (lower is better)"

    @cells.leave_out(SLOW)
    def track_limit_lost(self, rows, implementation, work):
        row = rows[implementation, work]
        return 1 - row.of_limit if row.of_limit and row.times else math.nan

    track_limit_lost.unit = "share of the machine's limit lost (lower is better)"

    @cells.leave_out({(name, work): "the slide's bits, always" for name, work in product(EXACT, WORKS)})
    def track_share_of_bound(self, rows, implementation, work):
        return rows[implementation, work].agreement.bound_ratio

    track_share_of_bound.unit = OF_BOUND


class Rounding:
    """The largest share of its rounding bound that any operation used: more than 1 would be wrong."""

    param_names = ["implementation"]
    params = [ROUNDING]
    timeout = 120

    def track_share_of_bound(self, implementation):
        return max(share_of_bound(implementation, operation(name)) for name in OPERATIONS)

    track_share_of_bound.unit = OF_BOUND


def share_of_bound(implementation, work):
    """Against numba_loops, which has the slide's bits and is fast enough for all of this."""
    expected, results = (work.outputs(get_implementation(name)) for name in ("numba_loops", implementation))
    return agreement(results, expected, "rounding", bounds(work)).bound_ratio
