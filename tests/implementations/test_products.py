"""numba_parallel.products: faults that are seen."""

import numpy as np
import pytest
from helpers.faults import reject

from loopwise.jit.matmul.product import product

# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "last of a block dropped": (
        "numba_parallel.products",
        "examples",
        "min(m, first + each)",
        "min(m, first + each - 1)",
        "activate",
    ),
    "two terms added first": (
        "numba_parallel.products",
        "add_along_columns",
        "sums[c] + a0[c] * v0 + a1[c] * v1",
        "sums[c] + (a0[c] * v0 + a1[c] * v1)",
        "matvec",
    ),
}
# Of the product of matrices that it shares with numba_tuned: only the tile of zeros is another one.
OF_PRODUCT = {
    "multiply-adds round once": (
        "jit.matmul.product",
        "multiply_serial_exactly",
        "exact_tile(C)",
        "zero_tile(C)",
        "matmul",
    ),
    "last rows written over the first": (
        "jit.matmul.product",
        "multiply_block",
        "corner + whole.count * p",
        "corner + 0 * p",
        "matmul",
    ),
    "terms lost where B is read as it lies": (
        "jit.matmul.product",
        "multiply_few_rows",
        "for part in range(parts)",
        "for part in range(1)",
        "matmul",
    ),
    "terms lost between panels": (
        "jit.matmul.product",
        "multiply_block",
        "for part in range(parts)",
        "for part in range(1)",
        "matmul",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])


def multiply_adds_are_fused():
    """Whether this processor has the instruction: else a fused tile has the slide's roundings, too."""
    A = np.array([[0.1, -0.1]])
    return product(A, np.array([[0.1], [0.1]]))[0, 0] != 0.0


@pytest.mark.parametrize("kind", OF_PRODUCT)
def test_planted_fault_in_the_exact_product_is_rejected(kind):
    if kind == "multiply-adds round once" and not multiply_adds_are_fused():
        pytest.skip("no instruction that multiplies and adds")
    reject(*OF_PRODUCT[kind], of="numba_parallel")
