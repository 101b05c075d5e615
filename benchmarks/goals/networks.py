"""numba_tuned's network step against NumPy and, with --peers torch,jax, against the best of all.

Prints the rows of docs/measuring.md: `python benchmarks/goals/networks.py --peers torch,jax`; with
`--only ", tanh"` (sigmoid, leaky_relu) the same with another hidden activation, which is to be slower nowhere.
"""

import sys
from functools import partial

from common import PEERS, against_the_best, options

from loopwise import workloads

# (n_x, layers, m, goal in float64, goal in float32)
SIZES = [
    (784, (256, 128, 10), 10_000, 1.2, 1.1),
    (12_288, (20, 7, 5, 1), 209, 1.3, 1.2),
    (64, (128, 64, 10), 1797, 1.3, 1.2),
    (784, (128, 10), 128, 1.3, 1.2),
    (2, (4, 1), 400, 5.0, 5.0),
    (30, (16, 1), 569, 5.0, 5.0),
]


def build(n_x, layers, m, activation, dtype):
    """One network step on drawn numbers."""
    return workloads.drawn("network", m, n_x, layers, activation, dtype)


def rows():
    """Every size, number type and hidden activation: relu's goals, and for the others not to be slower."""
    for activation in ("relu", "tanh", "sigmoid", "leaky_relu"):
        for dtype in ("float64", "float32"):
            for n_x, layers, m, *goals in SIZES:
                what = f"{'-'.join(map(str, (n_x, *layers)))}, m = {m}, {activation}, {dtype}"
                goal = goals[dtype == "float32"] if activation == "relu" else 1.0
                yield what, partial(build, n_x, layers, m, activation, dtype), goal, PEERS


if __name__ == "__main__":
    sys.exit(against_the_best("network_step", rows(), options(__doc__)))
