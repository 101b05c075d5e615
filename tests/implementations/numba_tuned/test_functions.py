"""Activations, slopes and losses on vectors: a slope from a = g(z) alone is the slope at z, at every kind of number."""

import numba
import numpy as np
import pytest
from helpers.networks import TUNED
from numba import njit

from loopwise import get_implementation
from loopwise.implementations.numba_tuned.functions import binary_cross_entropy, g, loss_and_slope, slope
from loopwise.interface import ACTIVATIONS, LOSSES
from loopwise.jit.simd.vectors import lanes, load_first, store_first

Z = np.array([-1000.0, -37.5, -1.0, -0.25, -5e-324, -0.0, 0.0, 5e-324, 0.25, 1.0, 37.5, 1000.0, 2.0])
ONE_BY_ONE = [name for name in ACTIVATIONS if name != "softmax"]


@njit
def slopes_from_a(z, activation, out):
    """`slope` of `g`, vector by vector."""
    for i in range(0, len(z), lanes(z)):
        store_first(out, i, slope(g(load_first(z, i, len(z) - i), activation), activation), len(z) - i)


@njit
def losses(z, a, y, loss, out):
    """`binary_cross_entropy` for loss -1, else `loss_and_slope`, vector by vector."""
    for i in range(0, len(z), lanes(z)):
        count = len(z) - i
        if loss < 0:
            store_first(out, i, binary_cross_entropy(load_first(z, i, count), load_first(y, i, count)), count)
        else:
            store_first(out, i, loss_and_slope(load_first(a, i, count), load_first(y, i, count), loss)[0], count)


@pytest.mark.parametrize("activation", ONE_BY_ONE)
def test_the_slope_from_a_is_the_slope_at_z(activation):
    found, expected = np.empty_like(Z), TUNED.activation_slope(Z[None, :], activation)[0]
    slopes_from_a(Z, ACTIVATIONS.index(activation), found)
    assert np.array_equal(found, expected)
    slide = get_implementation("numba_loops").activation_slope(Z[None, :], activation)[0]
    # Two functions, at most 4 ulp each (contract/rounding_bounds.py), and three operations; none of them elsewhere.
    few_ulp = 16 * np.finfo(float).eps if activation in ("sigmoid", "tanh") else 0.0
    np.testing.assert_allclose(found, slide, rtol=few_ulp, atol=few_ulp)


@pytest.mark.parametrize("activation", ["identity", "step", "sign", "relu", "leaky_relu"])
def test_activations_without_functions_have_the_slides_numbers(activation):
    slide = get_implementation("numba_loops").activate(Z[None, :], activation)
    assert np.array_equal(TUNED.activate(Z[None, :], activation), slide)


def test_losses_are_finite_and_right_where_they_are_known():
    y, out = np.ones_like(Z), np.empty_like(Z)
    losses(Z, Z, y, -1, out)
    assert np.isfinite(out).all()
    assert (out[0], out[-2]) == (1000.0, 0.0)  # −log σ(−1000) = 1000 + log(1 + e^−1000); −log σ(1000) = 0
    losses(Z, Z, y, LOSSES.index("absolute"), out)
    assert np.array_equal(out, np.abs(Z - 1.0))
    losses(Z, Z, y, LOSSES.index("squared"), out)
    assert np.array_equal(out, 0.5 * (Z - 1.0) * (Z - 1.0))


@pytest.mark.compilation
def test_one_activation_is_compiled_for_all():
    before = len(slopes_from_a.signatures)
    for activation in range(len(ONE_BY_ONE)):
        slopes_from_a(Z, activation, np.empty_like(Z))
    assert len(slopes_from_a.signatures) == max(before, 1)
    assert not numba.config.DISABLE_JIT
