"""Losses, costs and output deltas: the contract, results by hand, faults that are seen."""

import math

import numba
import numpy as np
import pytest
from helpers.contract import hold_losses
from helpers.faults import reject
from helpers.inputs import native
from helpers.operation_contract import OperationContract, operations_in

from loopwise.workloads import LAYOUTS


class TestContract(OperationContract):
    names = operations_in("losses")


@pytest.mark.contract
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_losses_keep_the_contract(implementation, dtype, layout):
    if dtype == "float64" or implementation.family != "python":
        hold_losses(implementation, layout, dtype)


def test_losses_by_hand(implementation):
    # Two units, two examples: A − Y = [½ −1; 0 ½], so absolute ½ + 0 and 1 + ½, squared ½ · ¼ and ½ · 1 + ½ · ¼.
    Z, A, Y = native(implementation, [[0, 0], [0, 0]], [[0.5, 0], [1, 0.5]], [[0, 1], [1, 0]])
    assert list(implementation.example_losses(Z, A, Y, "absolute", "identity")) == [0.5, 1.5]
    assert list(implementation.example_losses(Z, A, Y, "squared", "identity")) == [0.125, 0.625]


def test_costs_by_hand(implementation):
    # Two units, two examples: A − Y = [½ −1; 0 ½], so absolute (½ + 1 + 0 + ½)/2 = 1 and
    # squared ½(¼ + 1 + 0 + ¼)/2 = 0.375.
    Z, A, Y = native(implementation, [[0, 0], [0, 0]], [[0.5, 0], [1, 0.5]], [[0, 1], [1, 0]])
    assert implementation.cost(Z, A, Y, "absolute", "identity") == 1.0
    assert implementation.cost(Z, A, Y, "squared", "identity") == 0.375
    # z = 0 everywhere: four binary losses of log 2 over two examples; softmax of two equal units: log 2 an example.
    assert implementation.cost(Z, A, Y, "cross_entropy", "sigmoid") == pytest.approx(
        2 * math.log(2), rel=4 * np.finfo(float).eps
    )
    assert implementation.cost(Z, A, Y, "cross_entropy", "softmax") == pytest.approx(
        math.log(2), rel=4 * np.finfo(float).eps
    )


def test_costs_stay_finite_where_the_lectures_form_does_not(implementation):
    # y = 1 at z = −1000: −log σ(−1000) = 1000 + log(1 + e^−1000) = 1000. At z = 1000 it is e^−1000, which is 0.
    Z, Y = native(implementation, [[-1000.0, 1000.0]], [[1, 1]])
    assert implementation.cost(Z, implementation.activate(Z, "sigmoid"), Y, "cross_entropy", "sigmoid") == 500.0
    Z, Y = native(implementation, [[-1000.0], [1000.0]], [[1], [0]])
    assert implementation.cost(Z, implementation.activate(Z, "softmax"), Y, "cross_entropy", "softmax") == 2000.0


# === the suite can fail ===============================================================================

SHARED_LOSSES = """    for i in prange(m):
        losses[i] = one_thread.example_loss(Z, A, Y, np.intp(i), loss, activation)
"""

# Every thread reads and writes one total: what another has added in between is lost.
RACE = """    total = np.zeros(1, Z.dtype)
    for i in prange(m):
        losses[i] = 0.0
        total[0] += one_thread.example_loss(Z, A, Y, np.intp(i), loss, activation)
    losses[0] = total[0]
"""

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "only the first unit's loss": ("python_loops", "example_loss", "range(n)", "range(1)", "cost"),
    "unknown loss": ("numba_loops", "example_loss", "squared_loss", "absolute_loss", "cost"),
    "loss without its half": ("numpy_vectorized", "squared_loss", "0.5 * ", "", "cost"),
    "the loss of the first": ("numba_loops", "example_losses", "Y, i, loss", "Y, 0, loss", "example_losses"),
    "only the largest": ("numpy_vectorized", "example_losses", "sum(axis=0)", "max(axis=0)", "example_losses"),
    "labels forgotten": ("numpy_vectorized", "output_delta", "return A - Y", "return A", "output_delta"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="prange is range: there are no threads to race")
def test_a_data_race_is_rejected():
    reject("numba_parallel", "example_losses", SHARED_LOSSES, RACE, "cost", times=20)
