"""The penalty and dropout: the contract, results by hand, faults that are seen."""

import math

import numpy as np
import pytest
from helpers.faults import reject
from helpers.operation_contract import OperationContract, operations_in

from loopwise import (
    Architecture,
    network_step,
)


class TestContract(OperationContract):
    names = operations_in("regularization")


def test_dropout_keeps_the_expectation(implementation):
    # The mean of N masked, scaled values of 1 has deviation √((1 − p)/(p N)): six of those.
    architecture = Architecture((1, 400, 1), ("identity", "identity"), "squared", keep_prob=0.7)
    theta = np.zeros(architecture.parameter_count)
    theta[400:800], theta[800:1200] = 1.0, 1 / 400  # a = 1 in every hidden unit, and their mean
    X, Y = implementation.asnative(np.zeros((1, 50))), implementation.asnative(np.zeros((1, 50)))
    J, _ = network_step(implementation, architecture, theta, X, Y, seed=3)
    spread = 0.3 / (0.7 * 400)  # variance of one example's output about 1
    # J = ½ mean(output²) = ½ (1 + spread), itself with deviation √(4 spread/50)/2 over 50 examples.
    assert abs(J - 0.5 * (1 + spread)) < 6 * math.sqrt(4 * spread / 50) / 2
    assert J != 0.5


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "penalty without its half": ("python_loops", "l2_cost", "0.5 * ", "", "l2_cost"),
    "dropout not inverted": ("python_loops", "dropout", " / keep_prob", "", "dropout"),
    "penalty on the gradient": ("numba_loops", "l2_gradient", "l2 * W[k, j]", "l2 * dW[k, j]", "l2_gradient"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])
