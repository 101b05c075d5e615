"""jit.matmul.product: faults that are seen."""

import pytest
from helpers.faults import edges, reject

# === the suite can fail ===============================================================================

# kind: (place, function, what stands there, what the fault makes of it, the operation that shows it)
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
        "rows_of(A, row % ROWS,",
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
        "begin = next_term - term, part == 0",
        "begin = next_term - term, True",
        "matmul",
    ),
}


@pytest.mark.parametrize("kind", edges(EDGES))
def test_planted_fault_is_rejected(tmp_path, kind):
    reject(tmp_path, *EDGES[kind])
