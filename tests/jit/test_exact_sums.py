"""The kernels of exact sums, digit by digit."""

import math

import numpy as np
import pytest

from loopwise.jit.exact_sums import DONE, LEFT, LOWEST, PIECE, TOO_LARGE, WIDTH, carry, rounded, take_digits

TOP, BINS = 27, 4  # bins whose numbers are those of a gradient
MOST = math.ldexp(1.0, LOWEST + WIDTH * TOP + WIDTH - 1)  # what the first of them takes


def roundings(top=TOP, count=BINS):
    return np.array([math.ldexp(1.5, 52 + LOWEST + WIDTH * (top - k)) for k in range(count)])


def unit(k):
    return math.ldexp(1.0, LOWEST + WIDTH * (TOP - k))


@pytest.mark.parametrize("P", [1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_digits_are_the_number_in_parts(P):
    x = np.random.default_rng(0).standard_normal(P)
    rest, bins = x.copy(), np.zeros((BINS, P))
    assert take_digits(bins, roundings(), MOST, rest) == DONE
    assert not rest.any()
    for k in range(BINS):
        digits = bins[k] / unit(k)
        np.testing.assert_array_equal(digits, np.rint(digits))
        assert (np.abs(digits) <= 2.0 ** (WIDTH - 1)).all()
    # Adding from the lowest bin up, each partial sum is a part of x: it has no more bits than x.
    np.testing.assert_array_equal(bins[3] + bins[2] + bins[1] + bins[0], x)


def test_what_lies_below_the_last_bin_is_left_and_said():
    rest, bins = unit(0) * np.array([1.0, 1.0 + 2.0**-52]), np.zeros((1, 2))
    assert take_digits(bins, roundings(count=1), MOST, rest) == LEFT
    np.testing.assert_array_equal(bins, [[unit(0), unit(0)]])
    np.testing.assert_array_equal(rest, [0.0, unit(0) * 2.0**-52])


@pytest.mark.parametrize("value", [np.nextafter(MOST, np.inf), -2 * MOST, np.inf, np.nan])
def test_of_a_number_that_is_too_large_nothing_is_taken(value):
    for place in (0, PIECE - 1, PIECE):
        rest = np.ones(PIECE + 1)
        rest[place] = value
        bins = np.zeros((BINS, PIECE + 1))
        assert take_digits(bins, roundings(), MOST, rest) == TOO_LARGE
        np.testing.assert_array_equal(rest[place:], [value, *np.ones(PIECE - place)])
        np.testing.assert_array_equal(bins.sum(axis=0) + rest, [*np.ones(place), value, *np.ones(PIECE - place)])


def test_carrying_leaves_a_digit_in_each_row_and_the_sum_as_it_was():
    rng = np.random.default_rng(1)
    bins = np.array([[rng.integers(-(2**51), 2**51) * unit(k) for _ in range(50)] for k in range(BINS)])
    before = [sum(map(exact, column)) for column in bins.T]
    above = np.zeros(50)
    carry(bins, roundings(TOP + 1), above)
    assert [exact(high) + sum(map(exact, column)) for high, column in zip(above, bins.T)] == before
    for k in range(BINS):
        assert (np.abs(bins[k]) <= 2.0 ** (WIDTH - 1) * unit(k)).all()


def exact(value):
    numerator, denominator = float(value).as_integer_ratio()
    return numerator * 2 ** (-LOWEST) // denominator


# A tie, to even both ways; what follows decides it, however far below it lies; a power of 2, whose neighbours differ.
@pytest.mark.parametrize("tail", [0.0, 1.0, -1.0])
@pytest.mark.parametrize("head", [1.0, 1.0 + 2.0**-52, 2.0, 1.5, -1.0, -(1.0 + 2.0**-52)])
@pytest.mark.parametrize("half", [1.0, -1.0, 0.5, -0.5])
def test_ties_are_rounded_as_fsum_does(head, half, tail):
    summands = head, half * 2.0**-53, tail * 2.0**-130
    bins = np.zeros((BINS + 1, 1))
    for value in summands:
        rest = np.array([value])
        assert take_digits(bins, roundings(count=BINS + 1), MOST, rest) == DONE
    carry(bins, roundings(TOP + 1, BINS + 1), np.zeros(1))
    assert rounded(bins)[0] == math.fsum(summands)
