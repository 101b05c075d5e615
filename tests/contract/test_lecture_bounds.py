"""The lecture's own forms are within their bounds, which are derived; what is wrong is not."""

import mpmath
import numpy as np
import pytest

from loopwise import workloads
from loopwise.contract import lecture_bounds, rounding_bounds
from loopwise.contract.agreement import bound_share, bounds
from loopwise.interface import OPERATIONS

RNG = np.random.default_rng(0)


def work_at(operation, activation, Z):
    """Work with these logits, and labels of both kinds."""
    work = workloads.operation(operation, len(Z), len(Z), Z.shape[1], activation, "cross_entropy")
    A = 1 / (1 + np.exp(-Z))
    return workloads.replace(work, inputs=work.inputs | {"Z": Z, "A": A})


def share(work, name, value, expected):
    """The share of the bound that a value uses."""
    return float(bound_share(value, expected, bounds(work, lecture_bounds)[name].rad).max())


@pytest.mark.parametrize("size", [0.1, 1.0, 5.0, 12.0, 20.0])
def test_the_lectures_cost_and_delta_are_within_their_bounds(size):
    work = work_at("cost", "sigmoid", size * RNG.standard_normal((1, 40)))
    A, Y, Z = (work.inputs[name] for name in ("A", "Y", "Z"))
    J = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    with mpmath.workdps(50):
        exact = [mpmath.log1p(mpmath.exp(-z if y else z)) for z, y in zip(map(float, Z[0]), Y[0])]
        expected = float(mpmath.fsum(exact) / len(exact))
    assert share(work, "J", J, expected) <= 1
    delta = work_at("output_delta", "sigmoid", Z)
    Y = delta.inputs["Y"]
    dZ = (-Y / A + (1 - Y) / (1 - A)) * A * (1 - A)
    with mpmath.workdps(50):
        expected = np.array([[float(1 / (1 + mpmath.exp(-z)) - y) for z, y in zip(map(float, Z[0]), Y[0])]])
    assert share(delta, "dZ", dZ, expected) <= 1


def test_where_digits_are_lost_the_bound_is_wider_and_nowhere_else():
    works = (work_at("cost", "sigmoid", z * np.array([[1.0, -1.0]])) for z in (20.0, 0.5))
    near, far = (workloads.replace(work, inputs=work.inputs | {"Y": np.array([[0.0, 1.0]])}) for work in works)
    ratios = [
        float(bounds(work, lecture_bounds)["J"].rad / bounds(work, rounding_bounds)["J"].rad) for work in (near, far)
    ]
    assert ratios[0] > 1e3
    assert ratios[1] < 10


@pytest.mark.parametrize("size", [1e-8, 1e-3, 1.0, 10.0])
def test_the_lectures_tanh_is_within_its_bound(size):
    Z = size * RNG.standard_normal((3, 20))
    A = (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))
    work = workloads.operation("activate", 3, 3, 20, "tanh")
    work = workloads.replace(work, inputs=work.inputs | {"Z": Z})
    with mpmath.workdps(50):
        expected = np.array([[float(mpmath.tanh(float(z))) for z in row] for row in Z])
    assert share(work, "A", A, expected) <= 1
    assert share(work, "A", A + 1e-13, expected) > 1


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - {"cost", "output_delta", "logistic_step", "layer_forward"}))
def test_all_other_operations_have_the_usual_bounds(name):
    work = workloads.operation(name, 3, 4, 5)
    usual, lecture = (bounds(work, arithmetic) for arithmetic in (rounding_bounds, lecture_bounds))
    for result in usual:
        assert np.array_equal(usual[result].rad, lecture[result].rad)
