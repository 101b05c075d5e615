"""Sums along an array: every length, and faults that are seen."""

import numpy as np
import pytest
from helpers.contract import dyadic
from helpers.faults import edges, reject
from numba import njit

from loopwise.implementations.numba_tuned.reductions import products_of, squares_of, sum_of


@njit
def reduced(a, b, centre):
    """Every reduction, for a test to call."""
    return sum_of(a), squares_of(a, centre), products_of(a, b)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sums_of_halves_are_exact_whatever_their_length(dtype):
    # Every partial sum is exact, so the order of the terms, in four registers, changes no bit.
    rng = np.random.default_rng(0)
    for count in range(140):
        a, b = dyadic(rng, count).astype(dtype), dyadic(rng, count).astype(dtype)
        total, squares, (products, total_again) = reduced(a, b, dtype(0.5))
        assert total == total_again == a.sum(), count
        assert squares == ((a - dtype(0.5)) ** 2).sum(), count
        assert products == (a * b).sum(), count


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
# Each edge of the kernels: tried where the registers are chosen (`make test-legs`), with the largest there are.
EDGES = {
    "tuned: what fills no vector is not summed": (
        "numba_tuned.reductions",
        "sum_of",
        "in range(whole, len(a))",
        "in range(len(a), len(a))",
        "batch_norm_forward",
    ),
    "tuned: what fills no vector is not squared": (
        "numba_tuned.reductions",
        "squares_of",
        "in range(whole, len(a))",
        "in range(len(a), len(a))",
        "l2_cost",
    ),
    "tuned: what fills no vector has no product": (
        "numba_tuned.reductions",
        "products_of",
        "in range(whole, len(a))",
        "in range(len(a), len(a))",
        "batch_norm_backward",
    ),
}


@pytest.mark.parametrize("kind", edges(EDGES))
def test_planted_fault_is_rejected(kind):
    reject(*EDGES[kind])
