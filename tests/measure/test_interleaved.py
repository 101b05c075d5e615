"""Interleaved rounds and paired ratios. No test asserts a time."""

import itertools
import time

import numpy as np
import pytest

from loopwise.machine.load import RunDelay
from loopwise.measure import interleaved
from loopwise.measure.interleaved import interleave, plan, takes_part
from loopwise.measure.samples import Sample, Samples


def test_every_contender_is_measured_in_interleaved_rounds():
    order = []
    samples, _ = interleave({name: lambda name=name: order.append(name) for name in "abc"}, budget=20.0, most_rounds=4)
    assert {name: measured.rounds for name, measured in samples.items()} == {"a": 4, "b": 4, "c": 4}
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
    known = {"dear": Sample(30.0)}
    samples, _ = interleave({"dear": lambda: calls.append(1), "a": lambda: None}, 0.4, known=known)
    assert not calls
    assert samples["dear"].seconds == {0: 30.0}
    assert samples["a"].rounds > 1


def test_a_race_keeps_its_budget():
    begun = time.perf_counter()
    samples, _ = interleave({"slow": lambda: time.sleep(0.05), "fast": lambda: None}, budget=1.0)
    # Ten times the budget: not a timing test, but what ignored its budget would run for 50 rounds.
    assert time.perf_counter() - begun < 10
    assert samples["slow"].rounds < 50


def test_ctrl_c_keeps_what_was_measured():
    calls = []

    def stopped():
        calls.append(1)
        if len(calls) > 3:
            raise KeyboardInterrupt

    samples, was_stopped = interleave({"steady": lambda: time.sleep(0.02), "stopped": stopped}, budget=5.0)
    assert was_stopped
    assert samples["steady"].rounds


def given(monkeypatch, *samples):
    """Samples that were not measured: these, and then the last one for ever."""
    left = list(samples)
    monkeypatch.setattr(interleaved, "sample", lambda *_: left.pop(0) if len(left) > 1 else left[0])


def test_a_spoilt_sample_is_measured_again(monkeypatch):
    spoilt, clean = Sample(9.0, taken=0.5), Sample(1e-3)
    given(monkeypatch, clean, clean, spoilt, spoilt, clean)
    samples, _ = interleave({"a": lambda: None}, budget=20.0, most_rounds=3)
    assert samples["a"].seconds == {0: 1e-3, 1: 1e-3, 2: 1e-3}
    assert not samples["a"].spoilt


def test_a_round_in_which_every_try_was_spoilt_has_the_cleanest(monkeypatch):
    clean, spoilt = Sample(1e-3), [Sample(9.0, taken) for taken in (0.5, 0.3, 0.6, 0.4)]
    given(monkeypatch, clean, clean, *spoilt, clean)
    samples, _ = interleave({"a": lambda: None}, budget=20.0, most_rounds=2)
    assert samples["a"].spoilt == {0: Sample(9.0, 0.3)}
    assert samples["a"].seconds == {1: 1e-3}


@pytest.mark.parametrize(("first", "made"), [(Sample(0.5, 0.6), 2), (Sample(0.5), 1), (Sample(0.01, 0.6), 1)])
def test_a_trial_call_that_others_made_long_is_made_again(monkeypatch, first, made):
    given(monkeypatch, first, Sample(0.001))
    asked = []
    take = interleaved.Rounds.take
    monkeypatch.setattr(interleaved.Rounds, "take", lambda rounds, name: asked.append(name) or take(rounds, name))
    rounds = interleaved.Rounds({"a": lambda: None}, 20.0, time.perf_counter(), np.random.default_rng(0), RunDelay())
    rounds.samples["a"] = Samples()
    assert rounds.cheapest("a").seconds == (0.001 if made == 2 else first.seconds)
    assert len(asked) == made


def test_how_often_others_had_its_cores_is_noted(monkeypatch):
    given(monkeypatch, Sample(1e-3), Sample(1e-3), Sample(1e-3, shared=0.5), Sample(1e-3))
    samples, _ = interleave({"a": lambda: None}, budget=20.0, most_rounds=2)
    assert samples["a"].shared == {0: 0.5, 1: 0.0}


def test_a_contenders_own_threads_are_those_that_ran_in_its_trial(monkeypatch):
    ran = itertools.chain([{"1": 5, "2": 7}, {"1": 6, "2": 7, "3": 1}], itertools.repeat({}))
    monkeypatch.setattr(interleaved.RunDelay, "ran", lambda self: next(ran))
    waited = []
    monkeypatch.setattr(interleaved, "sample", lambda *given: waited.append(set(given[5])) or Sample(1e-3))
    interleave({"a": lambda: None}, budget=20.0, most_rounds=2)
    assert waited == [set(), *[{"1", "3"}] * 3]


def test_without_time_left_nothing_is_measured_again(monkeypatch):
    given(monkeypatch, Sample(1e-3), Sample(1e-3), Sample(9.0, 0.5), Sample(1e-3))
    samples, _ = interleave({"a": lambda: None}, budget=1e-9, most_rounds=1)
    assert list(samples["a"].spoilt) == [0]


def test_data_lies_elsewhere_in_every_round(monkeypatch):
    given(monkeypatch, Sample(1e-3))
    drawn = []
    renew = lambda name, rng: drawn.append(name) or (lambda: None)  # noqa: E731
    interleave({"a": lambda: None, "b": lambda: None}, budget=20.0, most_rounds=5, renew=renew)
    assert drawn.count("a") == drawn.count("b") > 1


def test_blocks_are_in_the_way_in_every_round(monkeypatch):
    given(monkeypatch, Sample(1e-3))
    drawn = []
    monkeypatch.setattr(interleaved, "blocks_in_the_way", lambda rng: drawn.append(rng) or [])
    interleave({"a": lambda: None}, budget=20.0, most_rounds=5)
    assert len(drawn) == 5


def test_laying_data_elsewhere_takes_a_tenth_of_the_time(monkeypatch):
    clock = iter(range(10**6))
    monkeypatch.setattr(interleaved.time, "perf_counter", lambda: float(next(clock)))
    given(monkeypatch, Sample(1e-3))
    drawn = []

    def renew(name, rng):
        for _ in range(100):  # seconds
            next(clock)
        drawn.append(name)
        return lambda: None

    interleave({"a": lambda: None}, budget=1e6, most_rounds=100, renew=renew)
    assert len(drawn) < 10


def test_every_sample_tells_its_result():
    told = []
    results = iter(range(10**9))
    interleave({"a": lambda: next(results)}, budget=20.0, most_rounds=3, on_result=lambda *result: told.append(result))
    assert [name for name, _ in told] == ["a"] * len(told)
    assert len({result for _, result in told}) == len(told) >= 3


def test_a_burst_that_was_too_short_is_longer_from_then_on(monkeypatch):
    monkeypatch.setattr(interleaved, "wake", lambda step, seconds: 1.0)  # as if all of its calls had been interrupted
    samples, _ = interleave({"a": lambda: None}, budget=20.0, most_rounds=20)
    assert samples["a"].calls > 1000
