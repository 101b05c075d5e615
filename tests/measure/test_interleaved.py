"""Interleaved rounds and paired ratios. No test asserts a time."""

import math
import time

import numpy as np
import pytest

from loopwise.measure.interleaved import Samples, interleave, outside_interval, paired_ratio, plan, takes_part


def test_every_contender_is_measured_in_interleaved_rounds():
    order = []
    samples, _ = interleave({name: lambda name=name: order.append(name) for name in "abc"}, budget=20.0, most_rounds=4)
    assert {name: len(measured.seconds) for name, measured in samples.items()} == {"a": 4, "b": 4, "c": 4}
    turns = [name for place, name in enumerate(order) if place == 0 or order[place - 1] != name]
    # Each round's order is drawn, so no contender's samples stand together: at least one turn a round for each.
    assert min(turns.count(name) for name in "abc") >= 3


def test_the_slowest_sits_rounds_out():
    rounds = plan({"slow": 1.0, "a": 0.125, "b": 0.125}, seconds=8.0, most_rounds=50)
    assert rounds == {"slow": 4, "a": 16, "b": 16}  # half of 8 s for a and b, what is left for the slow one
    assert plan({"a": 0.125, "b": 0.125}, 8.0, 50) == {"a": 32, "b": 32}
    assert plan({"slow": 100.0, "a": 0.1}, 1.0, 50)["slow"] == 1
    assert plan({"only": 1.0}, 3.0, 50) == {"only": 3}


def test_rounds_are_spread_evenly():
    taken = [r for r in range(20) if takes_part(r, 4, 20)]
    assert len(taken) == 4
    assert set(np.diff(taken)) == {5}


def test_a_dear_call_that_is_known_is_not_made_again_at_once():
    calls = []
    samples, _ = interleave({"dear": lambda: calls.append(1), "a": lambda: None}, 0.4, known={"dear": 30.0})
    assert not calls
    assert samples["dear"].seconds == {0: 30.0}
    assert len(samples["a"].seconds) > 1


def test_a_race_keeps_its_budget():
    begun = time.perf_counter()
    samples, _ = interleave({"slow": lambda: time.sleep(0.05), "fast": lambda: None}, budget=1.0)
    # Ten times the budget: not a timing test, but what ignored its budget would run for 50 rounds.
    assert time.perf_counter() - begun < 10
    assert len(samples["slow"].seconds) < 50


def test_ctrl_c_keeps_what_was_measured():
    calls = []

    def stopped():
        calls.append(1)
        if len(calls) > 3:
            raise KeyboardInterrupt

    samples, was_stopped = interleave({"steady": lambda: time.sleep(0.02), "stopped": stopped}, budget=5.0)
    assert was_stopped
    assert samples["steady"].seconds


def test_ratios_are_paired_by_round():
    # Round by round the second is exactly twice as fast, while the machine slows down threefold.
    slow = Samples(seconds={r: 1.0 + r / 3 for r in range(7)})
    fast = Samples(seconds={r: (1.0 + r / 3) / 2 for r in range(7)})
    assert paired_ratio(slow, fast) == {"ratio": 2.0, "low": 2.0, "high": 2.0}


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
