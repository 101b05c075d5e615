"""Activations and their slopes: the contract, results by hand, faults that are seen."""

import math

import numpy as np
import pytest
from helpers.faults import reject
from helpers.inputs import native
from helpers.operation_contract import OperationContract, operations_in

from loopwise.interface import ACTIVATIONS


class TestContract(OperationContract):
    names = operations_in("activations")


def test_activations_by_hand(implementation):
    (Z,) = native(implementation, [[-2.0, 0.0, 2.0]])
    e2 = math.exp(-2)
    # softmax of a single unit is 1 whatever z is: e^z / e^z.
    expected = {
        "identity": [-2, 0, 2],
        "step": [0, 1, 1],
        "sign": [-1, 1, 1],
        "relu": [0, 0, 2],
        "leaky_relu": [-0.02, 0, 2],
        "softmax": [1, 1, 1],
        "sigmoid": [e2 / (1 + e2), 0.5, 1 / (1 + e2)],
        "tanh": [math.tanh(-2), 0, math.tanh(2)],
    }
    slopes = {
        "identity": [1, 1, 1],
        "step": [0, 0, 0],
        "sign": [0, 0, 0],
        "relu": [0, 1, 1],
        "leaky_relu": [0.01, 1, 1],
        "softmax": [0, 0, 0],
        "sigmoid": [e2 / (1 + e2) ** 2, 0.25, e2 / (1 + e2) ** 2],
        "tanh": [1 - math.tanh(2) ** 2, 1, 1 - math.tanh(2) ** 2],
    }
    assert set(expected) == set(slopes) == set(ACTIVATIONS)
    # Two functions, at most 4 ulp each (contract/rounding_bounds.py), and three operations.
    few_ulp = 16 * np.finfo(float).eps
    for activation in ACTIVATIONS:
        for operation, wanted in (("activate", expected), ("activation_slope", slopes)):
            result = implementation.asnumpy(getattr(implementation, operation)(Z, activation))
            np.testing.assert_allclose(result, [wanted[activation]], rtol=few_ulp, atol=few_ulp)


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "perceptron's step at 0": ("python_loops", "step", "z >= 0.0", "z > 0.0", "perceptron_step"),
    "slope of relu at 0": (
        "numba_loops",
        "g_slope",
        "RELU:\n        return 1.0 if z >= 0.0",
        "RELU:\n        return 1.0 if z > 0.0",
        "activation_slope",
    ),
    "tanh from exp": (
        "numba_loops",
        "g",
        "return tanh(z)",
        "return (exp(z) - exp(-z)) / (exp(z) + exp(-z))",
        "activate",
    ),
    "softmax overflows": ("numba_loops", "softmax", "exp(Z[k, i] - top)", "exp(Z[k, i])", "activate"),
    "sign of 0": ("numpy_vectorized", "sign", "Z >= 0", "Z > 0", "activate"),
    "softmax over examples": ("numpy_vectorized", "softmax", "e.sum(axis=0", "e.sum(axis=1", "activate"),
    "softmax with its diagonal only": (
        "numpy_vectorized",
        "activation_backward",
        "activation == SOFTMAX",
        "activation == -1",
        "activation_backward",
    ),
    "another leak": ("numpy_vectorized", "leaky_relu", "0.01", "0.02", "activate"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])
