"""Single neurons and logistic regression: the contract, results by hand, faults that are seen."""

import math

import pytest
from helpers.faults import reject
from helpers.inputs import native
from helpers.operation_contract import OperationContract, operations_in


class TestContract(OperationContract):
    names = operations_in("neurons")


def test_logistic_step_by_hand(implementation):
    # w = (1, −1), b = 0; examples (1, 1), (2, 2): z = 0, 0; a = ½, ½; y = 1, 0: dz = −½, ½.
    # J = (log 2 + log 2)/2; dw_j = (1·(−½) + 2·½)/2 = ¼ for both features; db = (−½ + ½)/2 = 0.
    w, X, Y = native(implementation, [[1], [-1]], [[1, 2], [1, 2]], [[1, 0]])
    J, dw, db = implementation.logistic_step(w, 0.0, X, Y)
    assert J == math.log(2)
    assert implementation.asnumpy(dw).tolist() == [[0.25], [0.25]]
    assert db == 0.0


def test_one_example_by_hand(implementation):
    # x = (1, 2), w = (½, ¼), b = −1: z = ½ + ½ − 1 = 0; a = ½; y = 0: dz = ½; dw = x·dz = (½, 1); db = ½.
    w, X, Y = native(implementation, [[0.5], [0.25]], [[1], [2]], [[0]])
    J, dw, db = implementation.logistic_step(w, -1.0, X, Y)
    assert (J, db) == (math.log(2), 0.5)
    assert implementation.asnumpy(dw).tolist() == [[0.5], [1.0]]


# === the suite can fail ===============================================================================

# What a prange reduction does to J on two threads, whichever of them comes first.
TWO_HALVES = """    halves = np.zeros(2)
    for half in prange(2):
        for i in range(half * m // 2, (half + 1) * m // 2):
            halves[half] += losses[i]
    J = halves[0] + halves[1]
    for i in range(m):
"""

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "missing 1/m": ("python_loops", "logistic_step", "dw[j][0] /= m", "pass", "logistic_step"),
    "dropped last example": ("python_loops", "logistic_step", "in range(m):", "in range(m - 1):", "logistic_step"),
    "sign": ("python_loops", "logistic_step", "sigmoid(z) - Y[0][i]", "Y[0][i] - sigmoid(z)", "logistic_step"),
    "forgotten bias": ("python_loops", "logistic_forward", "sigmoid(z + b)", "sigmoid(z)", "logistic_forward"),
    "delta rule without b": ("python_loops", "adaline_step", "z + b - Y", "z - Y", "adaline_step"),
    "two threads share one sum": (
        "numba_parallel",
        "logistic_step",
        "    for i in range(m):\n        J += losses[i]\n",
        TWO_HALVES,
        "logistic_step",
    ),
    "last of a chunk dropped": (
        "numba_parallel",
        "logistic_step",
        "min(m, first + chunk)",
        "min(m, first + chunk - 1)",
        "logistic_step",
    ),
    "errors counted with b forgotten": (
        "numba_parallel",
        "perceptron_step",
        "g(dz[i] + b, STEP)",
        "g(dz[i], STEP)",
        "perceptron_step",
    ),
    "mean instead of sum": (
        "numpy_vectorized",
        "adaline_step",
        "squared_loss(Z, Y).sum()",
        "squared_loss(Z, Y).mean()",
        "adaline_step",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])
