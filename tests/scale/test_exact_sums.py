"""Exact sums: whatever the order and the grouping, the float next to the sum that mpmath finds."""

import math
import pickle

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from loopwise.jit import exact_sums as kernels
from loopwise.scale import exact_sums
from loopwise.scale.exact_sums import LARGE, ExactSum

mpmath.mp.prec = 2200  # bits: more than from the largest float to the smallest
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def sum_of(vectors):
    total = ExactSum(len(vectors[0]))
    for vector in vectors:
        total.add(vector)
    return total


def expected(vectors):
    """The float next to the sum of each column, by mpmath."""
    return [nearest(mpmath.fsum(map(mpmath.mpf, column))) for column in np.transpose(vectors).tolist()]


def nearest(value):
    """`float(value)`, which in mpmath rounds subnormal numbers twice."""
    unit = mpmath.mpf(2) ** -1074
    if abs(value) < mpmath.mpf(2) ** -1022:
        return float(mpmath.nint(value / unit)) * 5e-324
    return float(value)


@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(1, 5)), elements=FINITE))
def test_any_numbers(vectors):
    np.testing.assert_array_equal(sum_of(vectors).rounded(), expected(vectors))


@pytest.mark.parametrize(("low", "high"), [(-30, 5), (-1080, -960), (-400, 300), (880, 1000), (-1080, 960)])
def test_numbers_of_many_sizes_that_cancel(low, high):
    rng = np.random.default_rng(0)
    vectors = np.ldexp(rng.uniform(-1, 1, (60, 40)), rng.integers(low, high, (60, 40)))
    vectors = np.concatenate([vectors, -vectors[rng.permutation(60)[:55]]])
    np.testing.assert_array_equal(sum_of(vectors).rounded(), expected(vectors))


def test_order_and_grouping_do_not_matter():
    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((500, 7)) * np.exp(20 * rng.standard_normal((500, 7)))
    wanted = expected(vectors)
    for _ in range(20):
        order, groups = rng.permutation(500), int(rng.integers(1, 60))
        parts = [sum_of(vectors[part]) for part in np.array_split(order, groups)]
        total = parts.pop(int(rng.integers(len(parts))))
        for k in rng.permutation(len(parts)):
            total.merge(parts[k])
        np.testing.assert_array_equal(total.rounded(), wanted)


def test_rounding_in_between_changes_nothing():
    vectors = np.random.default_rng(2).standard_normal((50, 3))
    total = ExactSum(3)
    for vector in vectors:
        total.add(vector).rounded()
    np.testing.assert_array_equal(total.rounded(), expected(vectors))


def test_more_additions_than_a_row_holds(monkeypatch):
    # 5 digits, and then it carries: so it does in each of these.
    monkeypatch.setattr(exact_sums, "MOST_DIGITS", 5)
    vectors = np.random.default_rng(3).standard_normal((400, 3)) + 1.0
    np.testing.assert_array_equal(sum_of(vectors).rounded(), expected(vectors))
    halves = sum_of(vectors[:200]).merge(sum_of(vectors[200:]))
    np.testing.assert_array_equal(halves.rounded(), expected(vectors))


def test_as_many_digits_as_are_allowed_are_added_without_rounding():
    # The largest digits there are, each with a last bit: one more bit in a row would be lost.
    digit = (2.0 ** (kernels.WIDTH - 1) - 1.0) * 2.0 ** (kernels.LOWEST + kernels.WIDTH * 27)
    total = ExactSum(1)
    for _ in range(kernels.MOST_DIGITS + 3):
        total.add([digit])
    assert total.rounded()[0] == math.fsum([digit] * (kernels.MOST_DIGITS + 3))


def test_as_many_sums_as_there_are_may_be_merged():
    # Twice as many of the largest digit as a row may hold, and all but one of them again with the other sign.
    digit = (2.0 ** (kernels.WIDTH - 1) - 1.0) * 2.0 ** (kernels.LOWEST + kernels.WIDTH * 27)
    total, count = ExactSum(1), 4 * kernels.MOST_DIGITS + 3
    for value in [digit] * count + [-digit] * (count - 1):
        total.merge(ExactSum(1).add([value]))
    assert total.rounded()[0] == digit


@pytest.mark.parametrize(
    ("summands", "total"),
    [
        ([1e308, 1e308, -1e308], 1e308),  # the sum is finite, a partial one is not
        ([1e308, 1e308], np.inf),
        ([-1e308, -1e308], -np.inf),
        ([LARGE, 1.0, -LARGE], 1.0),
        ([2 * LARGE, 1.0, -2 * LARGE], 1.0),
        ([1e300, 1e-300, -1e300], 1e-300),
        ([np.inf, 1.0], np.inf),
        ([np.inf, -np.inf], np.nan),
        ([1.0, np.nan, -np.inf], np.nan),
        ([5e-324, 5e-324], 1e-323),
        ([-0.0, 0.0], 0.0),
    ],
)
def test_the_ends_of_the_number_line(summands, total):
    for order in (summands, summands[::-1]):
        np.testing.assert_array_equal(sum_of([[value] for value in order]).rounded(), [total])
        merged = ExactSum(1)
        for value in order:
            merged.merge(ExactSum(1).add([value]))
        np.testing.assert_array_equal(merged.rounded(), [total])


def test_it_travels():
    total = sum_of([[1e300, 1.0], [1e-300, np.inf]])
    again = pickle.loads(pickle.dumps(total))
    np.testing.assert_array_equal(again.add([1.0, 1.0]).rounded(), total.add([1.0, 1.0]).rounded())


def test_what_is_added_stays_as_it_is():
    vector = np.array([1.0, 1e300, np.nan])
    before = vector.copy()
    ExactSum(3).add(vector)
    np.testing.assert_array_equal(vector, before)


def test_float32_is_added_as_it_is():
    vectors = np.random.default_rng(4).standard_normal((30, 4)).astype(np.float32)
    np.testing.assert_array_equal(sum_of(vectors).rounded(), expected(vectors.astype(float)))
