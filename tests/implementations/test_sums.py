"""Sums by hand: the contract, results by hand, faults that are seen."""

import pytest
from helpers.faults import reject
from helpers.inputs import native
from helpers.operation_contract import OperationContract, operations_in


class TestContract(OperationContract):
    names = operations_in("sums")


def test_dot_by_hand(implementation):
    # 1·4 + 2·5 + 3·6 = 4 + 10 + 18 = 32
    w, x = native(implementation, [1, 2, 3], [4, 5, 6])
    assert implementation.dot(w, x) == 32.0


def test_columns_are_vectors_too(implementation):
    # [1 2; 3 4]·(5, 6)ᵀ = (1·5 + 2·6, 3·5 + 4·6) = (17, 39), a column because v was one
    A, v = native(implementation, [[1, 2], [3, 4]], [[5], [6]])
    assert implementation.asnumpy(implementation.matvec(A, v)).tolist() == [[17.0], [39.0]]
    assert implementation.dot(v, v) == 61.0


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "sum run backwards": ("python_loops", "dot", "range(len(w))", "reversed(range(len(w)))", "dot"),
    "off by one": ("python_loops", "matvec", "in range(len(v))", "in range(1, len(v))", "matvec"),
    "sum in single precision": (
        "numba_loops",
        "matmul",
        "c += A[i, k] * B[k, j]",
        "c = real(np.float32(c + A[i, k] * B[k, j]))",
        "matmul",
    ),
    "relative error of 1e-9": ("numpy_vectorized", "dot", "np.dot(w, x)", "np.dot(w, x) * (1 + 1e-9)", "dot"),
    "single precision": (
        "numpy_vectorized",
        "matmul",
        "A @ B",
        "(A.astype('f') @ B.astype('f')).astype('d')",
        "matmul",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])
