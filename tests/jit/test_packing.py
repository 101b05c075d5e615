"""jit.matmul.packing: faults that are seen."""

import pytest
from helpers.faults import edges, reject

# === the suite can fail ===============================================================================

# kind: (place, function, what stands there, what the fault makes of it, the operation that shows it)
# Each edge of the kernels: tried where the registers are chosen (`make test-legs`), with the largest there are.
EDGES = {
    "tuned: last lanes of what is copied": (
        "jit.matmul.packing",
        "copy_block",
        "j, rest), rest)",
        "j, rest - 1), rest)",
        "matmul",
    ),
    "tuned: edges of a transposed copy from the first column": (
        "jit.matmul.packing",
        "copy_block",
        "source, 1, s_column, rows - rows % n",
        "source, 1, 0, rows - rows % n",
        "layer_gradient",
    ),
}


@pytest.mark.parametrize("kind", edges(EDGES))
def test_planted_fault_is_rejected(tmp_path, kind):
    reject(tmp_path, *EDGES[kind])
