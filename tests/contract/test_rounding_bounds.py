"""The bounds themselves: true to their assumptions, and tight enough to catch an error of 1e-9."""

import math

import mpmath
import numpy as np
import pytest
from helpers.contract import network_workloads, operation_workloads

from loopwise import datasets, get_implementation, workloads
from loopwise.contract.agreement import agreement, bounds, ulp_distance
from loopwise.contract.rounding_bounds import FUNCTION_ULPS, Ball, gamma
from loopwise.interface import OPERATIONS

FUNCTIONS = {
    "exp": (np.exp, math.exp, mpmath.exp, (-740.0, 0.0)),
    "log": (np.log, math.log, mpmath.log, (1e-300, 1e4)),
    "log1p": (np.log1p, math.log1p, mpmath.log1p, (1e-300, 1.0)),
    "tanh": (np.tanh, math.tanh, mpmath.tanh, (-30.0, 30.0)),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_as_good_as_the_bounds_assume(name, dtype):
    vectorized, scalar, true, (low, high) = FUNCTIONS[name]
    rng = np.random.default_rng(0)
    if dtype == np.float32:
        low, high = max(low, -87.0), min(high, 1e4)
        low = max(low, 1e-37) if name in ("log", "log1p") else low
    if low > 0:
        x = np.exp(rng.uniform(np.log(low), np.log(high), 3000))
    else:
        x = np.concatenate([rng.uniform(low, high, 2000), rng.uniform(-1, 0, 500), -(10.0 ** rng.uniform(-30, 0, 500))])
    x = x.astype(dtype)
    with mpmath.workprec(200):
        exact = np.array([float(true(mpmath.mpf(float(value)))) for value in x])
    # The exact value, rounded once more to be comparable: half an ulp of slack.
    for computed in [vectorized(x)] + ([np.array([scalar(v) for v in x])] if dtype == np.float64 else []):
        assert computed.dtype == dtype
        assert ulp_distance(computed, exact.astype(dtype)).max() <= FUNCTION_ULPS


def ordinary():
    """Data as lectures and benchmarks have it."""
    cancer, digits = datasets.load("breast_cancer"), datasets.load("digits")
    yield workloads.logistic(cancer.X, cancer.Y)
    yield workloads.network(digits.X[:, :200], digits.Y[:, :200], [32, 10])
    yield workloads.network(cancer.X, cancer.Y, [16, 8, 1], "tanh")
    yield workloads.network(digits.X[:, :200], digits.Y[:, :200], [32, 32, 32, 32, 10])
    for name in OPERATIONS:
        yield workloads.operation(name, 16, 32, 200, "sigmoid", "squared")


@pytest.mark.parametrize("work", list(ordinary()), ids=lambda work: work.name)
def test_a_relative_error_of_1e_9_is_caught_in_every_output(work):
    expected = work.outputs(get_implementation("numba_loops"))
    bound = bounds(work)
    assert agreement(expected, expected, "rounding", bound).passed
    for name in expected:
        planted = dict(expected) | {name: expected[name] * (1 + 1e-9)}
        result = agreement(planted, expected, "rounding", bound)
        assert not result.passed, f"{name}: only {result.bound_ratio:.2g} of the bound"


def test_balls_hold_what_exact_arithmetic_gives():
    # Sums of products that cancel: 1e16 + 1 − 1e16, in any order, against the exact 1.
    a, b = np.array([1e16, 1.0, -1e16]), np.ones(3)
    ball = Ball(a, np.zeros(3), 2.0**-53) @ Ball(b, np.zeros(3), 2.0**-53)
    for order in ([0, 1, 2], [0, 2, 1], [1, 2, 0]):
        total = 0.0
        for k in order:
            total += a[k] * b[k]
        assert abs(total - 1.0) <= ball.rad
    assert gamma(3, 2.0**-53) * 2e16 <= ball.rad <= 1.01 * gamma(3, 2.0**-53) * 2e16


@pytest.mark.parametrize("name", OPERATIONS)
def test_double_precision_lies_within_the_bounds_of_single(name):
    # A whole precision apart: the float32 result and the float64 one differ by its rounding alone.
    for work in operation_workloads(name):
        single = work.arranged("float32")
        for key, value in single.inputs.items():
            if not isinstance(value, str):  # numbers too: 0.999 is another one in single precision
                work.inputs[key] = np.asarray(value, np.float32).astype(np.float64)[()]
        low = single.outputs(get_implementation("numba_loops"))
        high = work.outputs(get_implementation("numba_loops"))
        for key, ball in bounds(single).items():
            assert (np.abs(np.asarray(low[key], float) - high[key]) <= 2 * ball.rad).all(), (key, work.sizes)


def test_bounds_are_finite_on_every_network_of_the_suite():
    for work in network_workloads():
        for name, ball in bounds(work).items():
            assert np.isfinite(ball.rad).all(), name
