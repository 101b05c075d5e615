"""The race: agreement first, rounds interleaved, ratios paired, budgets kept. No test asserts a time."""

import itertools
import time
from types import SimpleNamespace

import numpy as np
import pytest

from loopwise import datasets, errors, get_implementation, workloads
from loopwise.implementations import numpy_vectorized, register, unregister
from loopwise.interface import OPERATIONS
from loopwise.machine.threads import settle
from loopwise.measure import interleaved
from loopwise.measure.comparison import compare
from loopwise.measure.interleaved import Samples, paired_ratio, plan, race, takes_part


@pytest.fixture
def work():
    data = datasets.load("breast_cancer")
    return workloads.logistic(data.X[:, :50], data.Y[:, :50], "breast_cancer")


# === rounds ===========================================================================================


def test_everyone_is_measured_in_interleaved_rounds():
    order = []
    samples, _ = race({name: lambda name=name: order.append(name) for name in "abc"}, budget=20.0, most_rounds=4)
    assert {name: len(measured.seconds) for name, measured in samples.items()} == {"a": 4, "b": 4, "c": 4}
    turns = [name for place, name in enumerate(order) if place == 0 or order[place - 1] != name]
    # Each round's order is drawn, so nobody's samples stand together: at least one turn a round for each.
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
    samples, _ = race({"dear": lambda: calls.append(1), "a": lambda: None}, 0.4, known={"dear": 30.0})
    assert not calls
    assert samples["dear"].seconds == {0: 30.0}
    assert len(samples["a"].seconds) > 1


def test_a_race_keeps_its_budget():
    begun = time.perf_counter()
    samples, _ = race({"slow": lambda: time.sleep(0.05), "fast": lambda: None}, budget=1.0)
    # Ten times the budget: not a timing test, but a race that ignored its budget would run for 50 rounds.
    assert time.perf_counter() - begun < 10
    assert len(samples["slow"].seconds) < 50


def test_ctrl_c_keeps_what_was_measured():
    calls = []

    def stopped():
        calls.append(1)
        if len(calls) > 3:
            raise KeyboardInterrupt

    samples, was_stopped = race({"steady": lambda: time.sleep(0.02), "stopped": stopped}, budget=5.0)
    assert was_stopped
    assert samples["steady"].seconds


def test_settle_gives_up_in_the_end(monkeypatch):
    busy = itertools.count()
    monkeypatch.setattr(interleaved.time, "process_time", lambda: next(busy))
    begun = time.perf_counter()
    settle(limit=0.05)
    assert time.perf_counter() - begun >= 0.05


# === ratios ===========================================================================================


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


# === comparison =======================================================================================


def test_all_agree_and_the_schema_is_kept(work):
    comparison = compare(work, budget=2.0, thread_count=2)
    result = comparison.as_dict()
    assert set(result) >= {"workload", "data", "sizes", "dtype", "layout", "threads", "machine", "rows"}
    assert (result["workload"], result["data"], result["sizes"]) == (
        *("logistic_step", "breast_cancer"),
        {"n_x": 30, "m": 50},
    )
    assert (result["dtype"], result["layout"], result["threads"]) == ("float64", "C", 2)
    assert comparison.agreed
    assert comparison.compiled_while_timing == 0
    for row in result["rows"]:
        assert set(row) >= {
            *("implementation", "agreement", "compile_seconds", "first_call_seconds", "step_seconds"),
            *("speedup", "gflops", "gbytes_per_s", "of_limit"),
        }
        assert set(row["agreement"]) == {"contract", "passed", "max_ulp", "bound_ratio"}
        assert set(row["step_seconds"]) == {"median", "p25", "p75", "min", "samples"}
        assert set(row["speedup"]) == {"vs", "ratio", "low", "high"}
        median = row["step_seconds"]["median"]
        assert row["gflops"] == work.flops / median / 1e9
        assert row["gbytes_per_s"] == work.bytes / median / 1e9
    assert [row["speedup"]["vs"] for row in result["rows"]] == ["python_loops"] * 5
    assert result["rows"][0]["speedup"]["ratio"] == 1.0
    machine = result["machine"]
    assert {"cpu", "threads", "threading_layer", "blas", "numpy", "numba", "date"} <= set(machine)


def lazy_twin(**changes):
    """numpy_vectorized with some operations replaced."""
    functions = {name: getattr(numpy_vectorized, name) for name in OPERATIONS} | changes
    return SimpleNamespace(__all__=list(functions), **functions)


@pytest.mark.parametrize("later", [lambda J: float("nan"), lambda J: J * 1.001, lambda J: "low"])
def test_who_disagrees_in_a_later_call_is_not_timed(work, later):
    calls = []

    def logistic_step(w, b, X, Y):
        J, dw, db = numpy_vectorized.logistic_step(w, b, X, Y)
        calls.append(J)
        return (J if len(calls) < 4 else later(J)), dw, db

    functions = {name: getattr(numpy_vectorized, name) for name in OPERATIONS} | {"logistic_step": logistic_step}
    register("tiring", SimpleNamespace(__all__=list(functions), **functions), "numpy", "rounding")
    result = compare(work, ["python_loops", "tiring", "numpy_vectorized"], budget=0.5, baseline="tiring")
    tiring = next(row for row in result.rows if row.implementation == "tiring")
    assert not result.agreed
    assert tiring.step_seconds is None
    assert "in a later call" in tiring.note or "failed" in tiring.note
    assert result.baseline == "python_loops"
    assert all(row.step_seconds for row in result.rows if row is not tiring)


def test_who_disagrees_is_not_timed(work):
    timed = []

    def wrong(w, b, X, Y):
        timed.append(1)
        J, dw, db = numpy_vectorized.logistic_step(w, b, X, Y)
        return J, dw * (1 + 1e-9), db

    register("wrong", lazy_twin(logistic_step=wrong), "numpy", "rounding")
    try:
        comparison = compare(work, ["numpy_vectorized", "wrong"], budget=1.0)
    finally:
        unregister("wrong")
    row = comparison.rows[1].as_dict()
    assert not comparison.agreed
    assert len(timed) == 1  # for agreement, never for the clock
    assert row["step_seconds"] is None
    assert row["first_call_seconds"] is None
    assert row["speedup"] is None
    assert row["agreement"]["passed"] is False
    assert row["agreement"]["bound_ratio"] > 1
    assert "dw[" in row["note"]


def test_a_slide_that_does_not_fit_says_so_and_its_twin_stands_in():
    big = workloads.operation("layer_forward", 64, 256, 3000)
    comparison = compare(big, ["python_loops", "numba_loops", "numpy_vectorized"], budget=0.8)
    slide = comparison.rows[0].as_dict()
    assert comparison.reference == "numba_loops"
    assert slide["step_seconds"] is None
    assert slide["agreement"] is None
    assert slide["note"].startswith("n/a: one step would take")
    assert comparison.rows[1].step_seconds["samples"] >= 1
    assert comparison.agreed


def test_single_precision_is_not_the_slides(work):
    comparison = compare(work.arranged("float32"), budget=1.0)
    assert comparison.rows[0].note.startswith("n/a: computes in float64 only")
    assert comparison.reference == "numba_loops"
    assert all(row.agreement.passed for row in comparison.rows[1:])


def test_the_reference_need_not_be_in_the_race(work):
    comparison = compare(work, ["numpy_vectorized"], budget=0.5)
    assert comparison.reference == "python_loops"
    assert [row.implementation for row in comparison.rows] == ["numpy_vectorized"]


def test_baseline_can_be_chosen(work):
    comparison = compare(work, ["numba_loops", "numpy_vectorized"], budget=1.0, baseline="numpy_vectorized")
    assert [row.speedup["vs"] for row in comparison.rows] == ["numpy_vectorized"] * 2
    assert comparison.rows[1].speedup["ratio"] == 1.0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"names": ["numba_lops"]}, "unknown implementation 'numba_lops'; did you mean 'numba_loops'"),
        ({"names": ["numba_loops"], "baseline": "python_loops"}, "baseline 'python_loops' is not among"),
        ({"budget": 0}, "budget is 0"),
        ({"thread_count": 1000}, "threads is 1000; expected 1 to"),
    ],
)
def test_bad_options_are_refused(work, options, message):
    with pytest.raises(errors.LoopwiseError, match=message):
        compare(work, **options)


def test_the_prediction_scales_the_first_examples_up(work, monkeypatch):
    from loopwise.measure import comparison

    ticks = itertools.count()
    monkeypatch.setattr(comparison.time, "perf_counter", lambda: next(ticks))  # every step takes one second
    assert comparison.predict(work, examples=5) == 10.0  # 5 of 50 examples
    assert comparison.predict(work, examples=100) == 1.0


def test_threads_are_the_same_for_all_and_put_back():
    import numba
    import threadpoolctl

    from loopwise.machine.threads import threads

    before = numba.get_num_threads()
    with threads(1):
        assert numba.get_num_threads() == 1
        assert {pool["num_threads"] for pool in threadpoolctl.threadpool_info()} == {1}
    assert numba.get_num_threads() == before
    assert get_implementation("numba_parallel").family == "numba"
