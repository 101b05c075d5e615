"""numba_parallel.products: faults that are seen."""

import pytest
from helpers.faults import reject

# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "last of a block dropped": (
        "numba_parallel.products",
        "examples",
        "min(m, first + EXAMPLES)",
        "min(m, first + EXAMPLES - 1)",
        "activate",
    ),
    "row of a tile dropped": (
        "numba_parallel.products",
        "matmul_tile",
        "min(4, last_row - r)",
        "min(3, last_row - r)",
        "matmul",
    ),
    "two terms added first": (
        "numba_parallel.products",
        "add_four_rows",
        "s2[c] + a20 * p0 + a21 * p1",
        "s2[c] + (a20 * p0 + a21 * p1)",
        "matmul",
    ),
    "terms lost between panels": (
        "numba_parallel.products",
        "matmul_tile",
        "range(0, inner, DEPTH)",
        "range(0, 1)",
        "matmul",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])
