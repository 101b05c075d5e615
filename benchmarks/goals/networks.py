"""numba_tuned's network step against NumPy and, with --peers torch,jax, against the best of all.

A part of the table of goals: `python benchmarks/goals/networks.py --peers torch,jax`; with
`--only ", tanh"` (sigmoid, leaky_relu) the same with another hidden activation, which is to be slower nowhere.
"""

import sys
from functools import partial

from common import PEERS, against_the_best, options

from loopwise import workloads

# (n_x, layers, m, goal with relu)
SIZES = [
    (784, (256, 128, 10), 10_000, 1.2),
    (12_288, (20, 7, 5, 1), 209, 1.2),
    (64, (128, 64, 10), 1797, 1.5),
    (784, (128, 10), 128, 1.3),
    (2, (4, 1), 400, 3.0),
    (30, (16, 1), 569, 3.0),
]
LARGEST = SIZES[0]
WITH_GOALS = ("relu", "tanh", "sigmoid")  # activations of the largest network


def build(n_x, layers, m, activation, dtype):
    """One network step on drawn numbers."""
    return workloads.drawn("network", m, n_x, layers, activation, dtype)


def rows():
    """Every size, number type and hidden activation; where there is no goal, not to be slower."""
    for activation in ("relu", "tanh", "sigmoid", "leaky_relu"):
        for dtype in ("float64", "float32"):
            for size in SIZES:
                yield row(*size, activation, dtype)


def table_rows():
    """The rows of the goals' table: every size with relu, and the largest network with tanh and sigmoid, too."""
    for dtype in ("float64", "float32"):
        for size in SIZES:
            for activation in WITH_GOALS if size == LARGEST else ("relu",):
                yield row(*size, activation, dtype)


def row(n_x, layers, m, goal, activation, dtype):
    """What it is, how to build it, its goal, the peers."""
    what = f"{'-'.join(map(str, (n_x, *layers)))}, m = {m}, {activation}, {dtype}"
    has_goal = activation == "relu" or (activation in WITH_GOALS and (n_x, layers, m, goal) == LARGEST)
    return what, partial(build, n_x, layers, m, activation, dtype), goal if has_goal else 1.0, PEERS


if __name__ == "__main__":
    sys.exit(against_the_best("network_step", rows(), options(__doc__)))
