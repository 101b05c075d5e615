"""numba_tuned's product of matrices, the top of the ladder, against NumPy's.

A part of the table of goals: `python benchmarks/goals/matmul.py`.
"""

import sys
from functools import partial

from common import PEERS, against_the_best, options

from loopwise import workloads

# (n, k, p, goal) of A (n, k) · B (k, p): squares, no multiple of any tile, the first layer on digits of 28 × 28, thin
# layers on many examples, and the cats, 12288 numbers a picture.
SIZES = [
    (1024, 1024, 1024, 1.0),
    (512, 512, 512, 1.0),
    (333, 777, 555, 1.0),
    (256, 784, 10_000, 1.0),
    (64, 64, 60_000, 1.0),
    (10, 128, 10_000, 1.0),
    (20, 12_288, 209, 1.1),
]


def build(n, k, p, dtype):
    """One product of drawn numbers."""
    return workloads.operation("matmul", units=n, features=k, examples=p).arranged(dtype)


def rows():
    """Every size in both number types."""
    for dtype in ("float64", "float32"):
        for n, k, p, goal in SIZES:
            yield f"matmul {n} × {k} × {p}, {dtype}", partial(build, n, k, p, dtype), goal, PEERS


if __name__ == "__main__":
    sys.exit(against_the_best("matmul", rows(), options(__doc__)))
