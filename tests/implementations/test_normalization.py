"""Batch normalization: the contract, results by hand, faults that are seen."""

import numpy as np
import pytest
from helpers.faults import reject
from helpers.operation_contract import OperationContract, operations_in


class TestContract(OperationContract):
    names = operations_in("normalization")


def test_batch_norm_by_hand(implementation):
    # z = (1, 3): mean 2, variance 1; ε = 3: √4 = 2, so Ẑ = ∓½; γ = 4, β = 1: Z̃ = (−1, 3).
    # dZ̃ = (1, 0): dγ = ½(−½) = −¼, dβ = ½; dZ = 4/2·((1 − ½ − (−½)(−¼)), (0 − ½ − ½·(−¼))) = (¾, −¾).
    Z, gamma, beta = (implementation.asnative(np.array(v)) for v in ([[1.0, 3.0]], [[4.0]], [[1.0]]))
    results = implementation.batch_norm_forward(Z, gamma, beta, 3.0)
    Z_tilde, Z_hat, mean, variance = (implementation.asnumpy(part).tolist() for part in results)
    assert (mean, variance, Z_hat, Z_tilde) == ([[2.0]], [[1.0]], [[-0.5, 0.5]], [[-1.0, 3.0]])
    dZ_tilde = implementation.asnative(np.array([[1.0, 0.0]]))
    results = implementation.batch_norm_backward(dZ_tilde, results[1], gamma, results[3], 3.0)
    assert [implementation.asnumpy(part).tolist() for part in results] == [[[0.75, -0.75]], [[-0.25]], [[0.5]]]
    one = implementation.asnative(np.array([[5.0]]))
    mean, variance = implementation.asnative(np.array([[1.0]])), implementation.asnative(np.array([[1.0]]))
    # Running mean 1, variance 1: (5 − 1)/2·4 + 1 = 9.
    assert implementation.asnumpy(
        implementation.batch_norm_predict(one, gamma, beta, mean, variance, 3.0)
    ).tolist() == [[9.0]]


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "variance of m - 1": (
        "python_loops",
        "batch_norm_forward",
        "variance[k][0] /= m",
        "variance[k][0] /= max(1, m - 1)",
        "batch_norm_forward",
    ),
    "beta through the mean": ("python_loops", "batch_norm_backward", " - dbeta[k][0]", "", "batch_norm_backward"),
    "batch's own mean in prediction": (
        "numba_loops",
        "batch_norm_predict",
        "(Z[k, i] - mean[k, 0])",
        "Z[k, i]",
        "batch_norm_predict",
    ),
    "units share one variance": (
        "numba_parallel",
        "batch_norm_forward",
        "sqrt(variance[k] + epsilon)",
        "sqrt(variance[0] + epsilon)",
        "batch_norm_forward",
    ),
    "last unit not normalized": (
        "numba_parallel",
        "batch_norm_forward",
        "in prange(n)",
        "in prange(n - 1)",
        "batch_norm_forward",
    ),
    "mean over units": (
        "numpy_vectorized",
        "batch_norm_forward",
        "Z.mean(axis=1",
        "Z.mean(axis=0",
        "batch_norm_forward",
    ),
    "gamma's gradient summed": (
        "numpy_vectorized",
        "batch_norm_backward",
        "(dZ_tilde * Z_hat).mean",
        "(dZ_tilde * Z_hat).sum",
        "batch_norm_backward",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])
