"""Break-even: after how many calls compiling has paid."""

import math
import re
from dataclasses import replace
from types import SimpleNamespace

from helpers.made_up import paid
from helpers.sweeps import cost

from loopwise.measure import break_even
from loopwise.measure.first_call import Start
from loopwise.measure.samples import Samples
from loopwise.report.break_even import sentences, when


def test_compiling_has_paid_after_so_many_calls():
    compiled, array = cost("compiled", 10.0, 1.0, 0.01), cost("array", 0.11, 0.11, 0.11)
    for cold in (True, False):
        calls = compiled.pays_after(array, cold)
        assert compiled.total(calls, cold) < array.total(calls, cold)
        assert compiled.total(calls - 1, cold) >= array.total(calls - 1, cold)
    assert compiled.pays_after(array) > compiled.pays_after(array, cold=False) > 1
    assert array.pays_after(compiled) == math.inf
    assert cost("both", 0.01, 0.01, 0.01).pays_after(array) == 1
    assert when(array, compiled) == "never ahead"
    assert when(compiled, array) == "ahead after 100 calls, after 10 when cached"


def test_the_ends_are_those_of_first_calls_and_of_the_gain():
    compiled = break_even.Cost("one", Start(10.0, 9.0), Start(1.0, 0.0), {"median": 1.0}, (9.0, 10.0, 12.0), (1.0,))
    array = break_even.Cost("other", Start(1.0, 0.0), Start(1.0, 0.0), {"median": 2.0}, (1.0, 2.0), (1.0,))
    ratio = {"ratio": 2.0, "low": 1.5, "high": 3.0, "sure": True}
    # A step gains between half a second and two; 7 to 11 seconds are paid ahead.
    assert compiled.pays_between(array, ratio) == (math.floor(7 / 2) + 2, math.floor(11 / 0.5) + 2)
    low, high = compiled.pays_between(array, ratio)
    assert low <= compiled.pays_after(array) <= high
    assert compiled.pays_between(array, ratio, cold=False) == (2, 2)
    assert compiled.pays_between(array, ratio | {"low": 0.9}) == (5, math.inf)
    assert compiled.pays_between(array, ratio | {"low": None}) == compiled.pays_between(array, None) == (1, math.inf)


def test_of_one_start_nobody_knows_how_far_others_are():
    result = paid((1.0, 9.0), (2.0, 1.0), ("array", "compiled"))
    array, compiled = result.costs
    array = replace(array, cold=Start(1.0, 0.0), colds=(1.0, 1.1), cacheds=(1.0, 1.1))
    result.comparison.samples = {}
    result.comparison.ratio = lambda *_: {"ratio": 2.0, "low": 1.5, "high": 3.0, "sure": True}
    for colds, told in (((9.0, 9.5), r"ahead after \d+ calls \("), ((9.0,), r"ahead after ≈ \d+ calls, ")):
        one = replace(compiled, colds=colds, cacheds=colds)
        assert re.match(told, when(one, array, result))
        assert result.as_dict()["costs"][0]["starts"] == len(result.costs[0].colds)


def test_where_the_steps_are_as_fast_nothing_is_sure():
    result = paid((1.0, 9.0), (2.0, 1.0), ("array", "compiled"))
    one, other = result.costs
    result.costs[0] = one = replace(one, cold=Start(1.0, 0.0))
    assert not result.is_sure(one, other)  # nothing was measured
    same = dict.fromkeys(range(30), 1.0)
    for times, sure in ((1.0, False), (2.0, True)):
        slower = Samples(seconds={r: times * seconds for r, seconds in same.items()})
        result.comparison.samples = {"array": slower, "compiled": Samples(seconds=same)}
        assert result.is_sure(other, one) is sure
        (pair,) = (pair for pair in result.as_dict()["pays_after"] if pair["implementation"] == "compiled")
        assert pair["sure"] is sure
        assert ("it is not sure which has the faster step" in " ".join(sentences(result))) is not sure


def test_what_other_programs_held_up_tells_no_point():
    result = paid((1.0, 9.0), (2.0, 1.0), ("array", "compiled"))
    array, compiled = (replace(cost, colds=(1.0, 1.1), cacheds=(1.0, 1.1)) for cost in result.costs)
    array = replace(array, cold=Start(1.0, 0.0))
    result.comparison.samples = {"array": None}
    result.comparison.ratio = lambda *_: {"ratio": 2.0, "low": 1.5, "high": 3.0, "sure": True}
    assert re.match(r"ahead after \d+ calls", when(compiled, array, result))
    held_up = replace(compiled, cold=Start(9.0, 8.0, taken_by_others=0.3))
    assert re.match(r"ahead after ≈ \d+ calls, ", when(held_up, array, result))
    result.comparison.ratio = lambda *_: {"ratio": 2.0, "low": None, "high": None, "sure": True}
    assert re.match(r"ahead after ≈ \d+ calls, ", when(compiled, array, result))
    result.row("array").spoilt = True
    assert when(compiled, array, result).startswith("it is not sure which has the faster step")
    assert not any(pair["sure"] for pair in result.as_dict()["pays_after"])


def test_first_calls_are_made_a_few_times_and_the_middle_one_counts(monkeypatch):
    seconds = iter([5.0, 1.0, 3.0, 2.0, 4.0, 0.5])
    monkeypatch.setattr(break_even, "first_call", lambda *_, **__: Start(next(seconds), 0.0))
    row = SimpleNamespace(implementation="numba_loops", step_seconds={"median": 1.0})
    found = break_even.cost_of(row, None, ())
    assert (found.colds, found.cacheds) == ((5.0, 3.0, 4.0), (1.0, 2.0, 0.5))
    assert (found.cold.first_call, found.cached.first_call) == (4.0, 1.0)


def test_long_first_calls_are_not_made_again(monkeypatch):
    clock = iter(range(0, 10**6, 20))
    monkeypatch.setattr(break_even.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(break_even, "first_call", lambda *_, **__: Start(9.0, 8.0))
    row = SimpleNamespace(implementation="numba_loops", step_seconds={"median": 1.0})
    assert break_even.cost_of(row, None, ()).colds == (9.0,)
