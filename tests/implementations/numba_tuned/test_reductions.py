"""numba_tuned.reductions: faults that are seen."""

import pytest
from helpers.faults import edges, reject

# === the suite can fail ===============================================================================

# kind: (place, function, what stands there, what the fault makes of it, the operation that shows it)
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
def test_planted_fault_is_rejected(tmp_path, kind):
    reject(tmp_path, *EDGES[kind])
