"""numba_tuned's logistic step against NumPy and, with --peers torch,jax,sklearn, against the best of all.

A part of the table of goals: `python benchmarks/goals/logistic.py --peers torch,jax,sklearn`.
"""

import sys
from functools import partial

from common import PEERS, against_the_best, options

from loopwise import workloads

# (n_x, m, order, goal)
SIZES = [
    (784, 100_000, "C", 1.8),
    (784, 100_000, "F", 2.0),
    *((n_x, m, "C", 1.3) for n_x, m in ((100, 100_000), (20, 200_000), (12_288, 209), (30, 569), (1000, 200))),
]


def build(n_x, m, order, dtype):
    """One logistic step on drawn numbers."""
    return workloads.operation("logistic_step", 1, n_x, m).arranged(dtype, order)


def rows():
    """Every size in both number types."""
    for dtype in ("float64", "float32"):
        for n_x, m, order, goal in SIZES:
            what = f"logistic_step {n_x} × {m}, {order}, {dtype}"
            yield what, partial(build, n_x, m, order, dtype), goal, PEERS


if __name__ == "__main__":
    sys.exit(against_the_best("logistic_step", rows(), options(__doc__)))
