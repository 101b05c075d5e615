"""The exact tier against NumPy: numba_parallel has the slide's bits, NumPy need not.

A part of the table of goals: `python benchmarks/goals/exact.py`.
"""

import sys
from functools import partial

from common import ARRAYS, against_the_best, options

from loopwise import workloads

NAMES = "numba_parallel", ARRAYS
# (operation, units, features, m, order, goal)
OPERATIONS = [
    ("logistic_step", 1, 100, 100_000, "C", 1.0),
    ("logistic_step", 1, 100, 100_000, "F", 1.0),
    ("logistic_step", 1, 30, 569, "C", 1.0),
    ("layer_forward", 256, 784, 10_000, "C", 0.45),
    ("layer_backward", 256, 784, 10_000, "C", 0.45),
]
NETWORK = 64, (32, 10), 1797, 0.9


def build(name, units, n_x, m, order):
    """One operation on drawn numbers."""
    return workloads.operation(name, units, n_x, m).arranged(layout=order)


def rows():
    """Every operation, and a small network."""
    for name, units, n_x, m, order, goal in OPERATIONS:
        yield f"{name} {units} × {n_x}, m = {m}, {order}", partial(build, name, units, n_x, m, order), goal, ()
    n_x, layers, m, goal = NETWORK
    what = f"network {'-'.join(map(str, (n_x, *layers)))}, m = {m}"
    yield what, partial(workloads.drawn, "network", m, n_x, layers), goal, ()


if __name__ == "__main__":
    sys.exit(against_the_best("the exact tier", rows(), options(__doc__), NAMES))
