"""Compiled loops against Python's: numba_loops has the same text and the same bits.

A part of the table of goals: `python benchmarks/goals/loops.py`.
"""

import sys
from functools import partial

from common import against_the_best, options

from loopwise import datasets, workloads

NAMES = "numba_loops", "python_loops"
LEAST = 50


def logistic():
    """A logistic step on the breast cancer data."""
    cancer = datasets.load("breast_cancer")
    return workloads.logistic(cancer.X, cancer.Y)


def network(m):
    """A network's step on some of the digits."""
    digits = datasets.load("digits")
    return workloads.network(digits.X[:, :m], digits.Y[:, :m], [32, 10], data="digits")


def rows():
    """A neuron and a network."""
    yield "logistic_step 30 × 569", logistic, LEAST, ()
    yield "network_step 64-32-10, m = 500", partial(network, 500), LEAST, ()


if __name__ == "__main__":
    sys.exit(against_the_best("compiled loops", rows(), options(__doc__), NAMES))
