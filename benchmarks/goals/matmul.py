"""numba_tuned's product of matrices, the top of the ladder, against NumPy's.

Prints the rows of docs/measuring.md: `python benchmarks/goals/matmul.py`.
"""

import sys
from functools import partial

from common import PEERS, against_the_best, options

from loopwise import workloads

# (n, k, p) of A (n, k) · B (k, p): squares, the first layer on digits of 28 × 28, a thin layer on many examples, and
# the cats, 12288 numbers a picture.
SIZES = [(1024, 1024, 1024), (512, 512, 512), (256, 784, 10_000), (64, 64, 60_000), (20, 12_288, 209)]
GOALS = {"float64": 1.0, "float32": 0.95}


def build(n, k, p, dtype):
    """One product of drawn numbers."""
    return workloads.operation("matmul", units=n, features=k, examples=p).arranged(dtype)


if __name__ == "__main__":
    rows = [
        (f"matmul {n} × {k} × {p}, {dtype}", partial(build, n, k, p, dtype), goal, PEERS)
        for dtype, goal in GOALS.items()
        for n, k, p in SIZES
    ]
    sys.exit(against_the_best("matmul", rows, options(__doc__)))
