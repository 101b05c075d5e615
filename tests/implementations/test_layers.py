"""One layer, forward and backward: the contract, results by hand, faults that are seen."""

import pytest
from helpers.faults import reject
from helpers.operation_contract import OperationContract, operations_in


class TestContract(OperationContract):
    names = operations_in("layers")


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "db per example": ("python_loops", "layer_gradient", "db[k][0] += dz", "db[k][0] = dz", "layer_gradient"),
    "transposed W": ("numba_loops", "layer_backward", "W[k, j]", "W[j % n, k % n_prev]", "layer_backward"),
    "last layer's db not divided": ("numba_loops", "layer_gradient", "db[k, 0] /= m", "pass", "layer_gradient"),
    "W not transposed": (
        "numba_parallel",
        "layer_backward",
        "matmul(W.T, dZ)",
        "matmul(W.T.copy().reshape(W.shape).T, dZ)",
        "layer_backward",
    ),
    "wrong axis": ("numpy_vectorized", "layer_gradient", "dZ.sum(axis=1", "dZ.sum(axis=0", "layer_gradient"),
    "dW not divided": ("numpy_vectorized", "layer_gradient", "dZ @ A_prev.T / m", "dZ @ A_prev.T", "layer_gradient"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])
