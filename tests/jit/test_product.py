"""The product at the top of the ladder, and faults in it that are seen."""

import numpy as np
import pytest
from helpers.contract import dyadic
from helpers.faults import edges, reject

from loopwise.jit.matmul.product import product


@pytest.mark.parametrize("layouts", ["CC", "CF", "FC", "FF"])
@pytest.mark.parametrize(
    "shape", [(1, 1, 1), (7, 5, 3), (33, 1, 29), (130, 270, 25), (1, 600, 1), (3, 2, 800)], ids=str
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_products_of_halves_are_exact(shape, layouts, dtype):
    # Every partial sum is exact, so whatever the order of the terms, the bits are those of NumPy's product.
    rng, (n, inner, p) = np.random.default_rng(0), shape
    A = np.asarray(dyadic(rng, n, inner), dtype, order=layouts[0])
    B = np.asarray(dyadic(rng, inner, p), dtype, order=layouts[1])
    C = product(A, B)
    assert C.flags.c_contiguous
    assert C.dtype == dtype
    assert np.array_equal(C, A @ B)


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
# Each edge of the kernels: tried where the registers are chosen (`make test-legs`), with the largest there are.
EDGES = {
    "tuned: a product's last rows read from its first": (
        "jit.matmul.product",
        "rows_of",
        "(row + rows - copied) * A.row",
        "row * A.row",
        "matmul",
    ),
    "tuned: the last lanes of a product's last columns": (
        "jit.matmul.product",
        "copy_panel",
        "columns - v)",
        "columns - v - 1)",
        "matmul",
    ),
    "tuned: a product's second block of rows from its first": (
        "jit.matmul.product",
        "multiply_block",
        "rows_of(A, row,",
        "rows_of(A, row % BLOCK_ROWS,",
        "matmul",
    ),
    "tuned: a product's second block of columns from its first": (
        "jit.matmul.product",
        "multiply_block",
        "depth, column, columns",
        "depth, column - first_column, columns",
        "matmul",
    ),
    "tuned: a product's second block of terms begins anew": (
        "jit.matmul.product",
        "multiply_block",
        "is_first = next_term - term, part == 0",
        "is_first = next_term - term, True",
        "matmul",
    ),
}


@pytest.mark.parametrize("kind", edges(EDGES))
def test_planted_fault_is_rejected(kind):
    reject(*EDGES[kind])
