"""Ratios of paired rounds, their intervals, and when a winner is named."""

import math

import numpy as np
import pytest

from loopwise.measure.ratios import NAMED, is_sure, outside_interval, paired_ratio
from loopwise.measure.samples import BEFORE_ROUNDS, Sample, Samples


def test_ratios_are_paired_by_round():
    # Round by round the second is exactly twice as fast, while the machine slows down threefold.
    slow = Samples(seconds={r: 1.0 + r / 3 for r in range(7)})
    fast = Samples(seconds={r: (1.0 + r / 3) / 2 for r in range(7)})
    assert paired_ratio(slow, fast) == {"ratio": 2.0, "low": 2.0, "high": 2.0, "sure": False}


def test_only_shared_rounds_count():
    assert paired_ratio(Samples(seconds={0: 2.0, 5: 8.0}), Samples(seconds={5: 4.0, 6: 1.0}))["ratio"] == 2.0
    assert paired_ratio(Samples(seconds={0: 2.0}), Samples(seconds={1: 2.0}))["ratio"] is None


def test_interval_needs_six_pairs_and_holds_the_median():
    # With n = 5 the widest interval, smallest to largest, covers the median in 1 − 2/2⁵ = 93.75 % < 95 %.
    for pairs, known in ((5, False), (6, True)):
        one = Samples(seconds=dict.fromkeys(range(pairs), 1.0))
        other = Samples(seconds={r: 1.0 / (r + 1) for r in range(pairs)})
        result = paired_ratio(one, other)
        assert (result["low"] is not None) is known
    assert (result["low"], result["ratio"], result["high"]) == pytest.approx((1.0, 3.5, 6.0))


@pytest.mark.parametrize("n", [*range(1, 41), 100, 999, 1000])
def test_the_interval_is_that_of_scipy(n):
    from scipy.stats import quantile_test

    interval = quantile_test(range(n), q=0, p=0.5).confidence_interval(0.95)
    below = outside_interval(n)
    expected = (math.nan, math.nan) if below is None else (below, n - 1 - below)
    np.testing.assert_array_equal(expected, (interval.low, interval.high))


def drawn(rng, factor, rounds, noise):
    """Ratios of a contender so many times as fast, each of both times with noise."""
    one, other = np.exp(noise * rng.standard_normal((2, rounds)))
    return sorted(factor * one / other)


@pytest.mark.parametrize("noise", [0.01, 0.05, 0.2])
def test_equals_have_no_winner(noise):
    # One in 10 000 each: one in these 1000 with a probability of 0.1, and the numbers are always the same.
    rng = np.random.default_rng(0)
    assert not any(is_sure(drawn(rng, 1.0, 100, noise)) for _ in range(1000))


def test_five_per_cent_are_found_and_the_right_side_is_named():
    rng = np.random.default_rng(0)
    for factor in (1.05, 1 / 1.05):
        found = [is_sure(drawn(rng, factor, 100, 0.03)) for _ in range(100)]
        assert sum(found) >= 95


def test_a_difference_below_one_per_cent_is_not_worth_a_word():
    assert not is_sure([1.009] * 1000)
    assert is_sure([1.011] * 1000)
    assert is_sure([1 / 1.011] * 1000)


def test_few_pairs_name_only_what_is_far_apart():
    # All of n coins on one side, either one: 2 / 2^n is below 1 in 10 000 from n = 15 on.
    assert (2 / 2**14 > 2 / NAMED, 2 / 2**15 > 2 / NAMED) == (True, False)
    assert is_sure([1.5] * 15)
    assert not is_sure([1.5] * 14)
    assert is_sure([2.1] * 3)
    assert not is_sure([1.9, 2.1, 2.1])
    assert not is_sure([9.0, 9.0])
    assert is_sure([11.0])


def test_trial_calls_that_were_made_in_no_round_name_nobody():
    one, other = (Samples(seconds={BEFORE_ROUNDS: seconds}) for seconds in (1.0, 100.0))
    assert paired_ratio(other, one) == {"ratio": 100.0, "low": None, "high": None, "sure": False}


def test_where_no_round_of_both_is_clean_the_others_tell_but_nothing_is_sure():
    rare = Samples(seconds={0: 8.0})
    often = Samples(seconds=dict.fromkeys(range(1, 20), 1.0), spoilt={0: Sample(2.0, 0.9)})
    assert paired_ratio(rare, often) == {"ratio": 4.0, "low": None, "high": None, "sure": False}


def test_a_phase_in_which_one_was_disturbed_names_nobody():
    # A third of the rounds: a neighbour took half of the machine from one of the two.
    assert not is_sure(sorted([1.0 + 0.001 * k for k in range(-30, 30)] + [2.0] * 30))


def test_the_ratio_tells_whether_it_is_sure():
    one = Samples(seconds=dict.fromkeys(range(20), 1.0))
    for seconds, sure in ((1.0, False), (1.05, True)):
        assert paired_ratio(one, Samples(seconds=dict.fromkeys(range(20), seconds)))["sure"] is sure
    assert paired_ratio(Samples(), one)["sure"] is False


@pytest.mark.parametrize(("seconds", "shared", "sure"), [(1.05, 0.0, True), (1.25, 0.5, False), (1.35, 0.5, True)])
def test_where_others_had_a_core_now_and_then_caches_may_be_cold(seconds, shared, sure):
    one, other = Samples(), Samples()
    for r in range(20):
        one.enter(r, Sample(1.0, shared=shared))
        other.enter(r, Sample(seconds))
    assert paired_ratio(one, other)["sure"] is paired_ratio(other, one)["sure"] is sure


def test_disturbed_rounds_name_only_what_is_further_apart_than_they_can_be_off():
    quiet = Samples(seconds=dict.fromkeys(range(20), 1.0))
    # Of which others took a fifth is off by 1.25 times at most; half, by 2; and 1.3 times for what is not counted.
    for taken, seconds, sure in (
        (0.2, 1.6, False),
        (0.2, 1.65, True),
        (0.5, 2.5, False),
        (0.5, 2.7, True),
        (1.5, 99, False),
    ):
        disturbed = Samples(spoilt=dict.fromkeys(range(20), Sample(seconds, taken)))
        assert paired_ratio(quiet, disturbed)["sure"] is sure


def test_the_interval_is_wider_by_what_others_may_have_made_of_the_times():
    one = Samples(seconds={r: 1.0 + r / 100 for r in range(9)})
    other = Samples(seconds=dict.fromkeys(range(9), 2.0))
    clean = paired_ratio(one, other)
    for r in range(9):
        other.enter(r, Sample(2.0, shared=0.5))
    doubtful = paired_ratio(one, other)
    assert doubtful["ratio"] == clean["ratio"]
    assert (doubtful["low"], doubtful["high"]) == (clean["low"] / 1.3, clean["high"] * 1.3)
    taken = Samples(spoilt=dict.fromkeys(range(9), Sample(2.0, 0.2)))
    disturbed = paired_ratio(one, taken)
    assert disturbed["low"] == pytest.approx(clean["low"] / 1.3 * 0.8)
    assert disturbed["high"] == pytest.approx(clean["high"] * 1.3 / 0.8)
    nothing = paired_ratio(one, Samples(spoilt=dict.fromkeys(range(9), Sample(2.0, 1.5))))
    assert (nothing["low"], nothing["high"], nothing["sure"]) == (None, None, False)
