"""Updates of the parameters: the contract, results by hand, faults that are seen."""

import math

import numpy as np
import pytest
from helpers.faults import reject
from helpers.inputs import native
from helpers.operation_contract import OperationContract, operations_in


class TestContract(OperationContract):
    names = operations_in("updates")


def test_descend_by_hand(implementation):
    # (1, 2) − ½·(4, −2) = (−1, 3)
    theta, gradient = native(implementation, [1, 2], [4, -2])
    assert implementation.asnumpy(implementation.descend(theta, gradient, 0.5)).tolist() == [-1.0, 3.0]


def test_optimizers_by_hand(implementation):
    # gradient (½, −2) at theta = 0, from rest, α = ½; every β = ½ and ε = 1 where there is one:
    theta, gradient, rest = (implementation.asnative(np.array(v)) for v in ([0.0, 0.0], [0.5, -2.0], [0.0, 0.0]))

    def numbers(result):
        return [implementation.asnumpy(part).tolist() for part in result]

    # v = ½·(½, −2) = (¼, −1); theta = −½v.
    assert numbers(implementation.momentum(theta, gradient, rest, 0.5, 0.5)) == [[-0.125, 0.5], [0.25, -1.0]]
    # s = ½·(¼, 4) = (⅛, 2); theta = −½·gradient/(√s + 1).
    stepped, s = numbers(implementation.rmsprop(theta, gradient, rest, 0.5, 0.5, 1.0))
    assert s == [0.125, 2.0]
    few_ulp = 4 * np.finfo(float).eps  # a root, a sum, a product and a quotient
    np.testing.assert_allclose(stepped, [-0.25 / (math.sqrt(0.125) + 1), 1 / (math.sqrt(2) + 1)], rtol=few_ulp)
    # t = 1: v̂ = v/½ = (½, −2), ŝ = s/½ = (¼, 4): theta = −½·(½/(½ + 1), −2/(2 + 1)).
    stepped, v, s = numbers(implementation.adam(theta, gradient, rest, rest, 1, 0.5, 0.5, 0.5, 1.0))
    assert (v, s) == ([0.25, -1.0], [0.125, 2.0])
    np.testing.assert_allclose(stepped, [-1 / 6, 1 / 3], rtol=few_ulp)


def test_the_first_step_of_adam_is_alpha_whatever_the_gradient(implementation):
    # v̂ = g and √ŝ = |g| after the correction, so the step is α·sign(g) up to ε: the point of bias correction.
    theta, gradient = (implementation.asnative(np.array(v)) for v in ([0.0, 0.0, 0.0], [1e-3, -1.0, 1e3]))
    stepped, _, _ = implementation.adam(theta, gradient, theta, theta, 1, 0.1, 0.9, 0.999, 1e-8)
    # ε/|g| = 1e-5 at most; 1 − β₂ cancels three of sixteen digits.
    np.testing.assert_allclose(implementation.asnumpy(stepped), [-0.1, 0.1, -0.1], rtol=1.1e-5)


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "gradient added": ("python_loops", "descend", "- alpha", "+ alpha", "descend"),
    "no correction": ("python_loops", "adam", "1.0 - pow(beta_2, t)", "1.0", "adam"),
    "epsilon under the root": ("python_loops", "rmsprop", "sqrt(s[p]) + epsilon", "sqrt(s[p] + epsilon)", "rmsprop"),
    "momentum forgets": ("numba_loops", "momentum", "beta * velocity[p]", "velocity[p]", "momentum"),
    "square of the old gradient": (
        "numba_loops",
        "adam",
        "(gradient[p] * gradient[p])",
        "gradient[p] * gradient[p]",
        "adam",
    ),
    "first moment not corrected": ("numpy_vectorized", "adam", "v / (1 - beta_1**t)", "v", "adam"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])
