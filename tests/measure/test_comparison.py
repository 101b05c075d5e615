"""Comparisons: agreement first, rounds interleaved, ratios paired, budgets kept. No test asserts a time."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.demos import lines

from loopwise import datasets, errors, workloads
from loopwise.implementations import numpy_vectorized, register, unregister
from loopwise.interface import OPERATIONS
from loopwise.measure import interleaved
from loopwise.measure.comparison import compare
from loopwise.report import units
from loopwise.report.comparison import comparison_table


@pytest.fixture
def work():
    data = datasets.load("breast_cancer")
    return workloads.logistic(data.X[:, :50], data.Y[:, :50], "breast_cancer")


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
        assert set(row["speedup"]) == {"vs", "ratio", "low", "high", "sure"}
        median = row["step_seconds"]["median"]
        assert row["gflops"] == work.flops / median / 1e9
        assert row["gbytes_per_s"] == work.bytes / median / 1e9
    assert [row["speedup"]["vs"] for row in result["rows"]] == ["python_loops"] * 5
    assert result["rows"][0]["speedup"]["ratio"] == 1.0
    machine = result["machine"]
    assert {"cpu", "threads", "threading_layer", "blas", "numpy", "numba", "date", "handicaps", "load"} <= set(machine)
    assert set(machine["load"]) == {"other_programs", "host"}


def lazy_twin(**changes):
    """numpy_vectorized with some operations replaced."""
    functions = {name: getattr(numpy_vectorized, name) for name in OPERATIONS} | changes
    return SimpleNamespace(__all__=list(functions), **functions)


@pytest.mark.parametrize("later", [lambda J: float("nan"), lambda J: J * 1.001, lambda J: "low"])
def test_what_disagrees_in_a_later_call_is_not_timed(work, later):
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


def test_what_disagrees_for_a_while_is_not_timed(work, monkeypatch):
    """Neither in its first call nor in its last one: in its third sample."""
    measured, taken = interleaved.sample, []

    def sample(step, *arguments):
        taken.append(step)
        return measured(step, *arguments)

    def logistic_step(w, b, X, Y):
        J, dw, db = numpy_vectorized.logistic_step(w, b, X, Y)
        return (J * 1.001 if len(taken) == 3 else J), dw, db

    monkeypatch.setattr(interleaved, "sample", sample)
    register("unsteady", lazy_twin(logistic_step=logistic_step), "numpy", "rounding")
    try:
        (unsteady,) = compare(work, ["unsteady"], budget=1.0).rows
    finally:
        unregister("unsteady")
    assert len(taken) > 4
    assert unsteady.step_seconds is None
    assert "in a later call" in unsteady.note


def test_each_has_arrays_of_its_own_in_places_that_are_drawn(work):
    seen = []

    def logistic_step(w, b, X, Y):
        seen.append(X)
        return numpy_vectorized.logistic_step(w, b, X, Y)

    register("seeing", lazy_twin(logistic_step=logistic_step), "numpy", "rounding")
    try:
        compare(work, ["numba_loops", "seeing"], budget=1.0)
    finally:
        unregister("seeing")
    assert not any(np.shares_memory(X, work.inputs["X"]) for X in seen[-10:])
    assert len({X.ctypes.data % 64 for X in seen}) > 1


def test_large_data_is_not_copied_for_each(work, monkeypatch):
    seen = []

    def logistic_step(w, b, X, Y):
        seen.append(X)
        return numpy_vectorized.logistic_step(w, b, X, Y)

    monkeypatch.setattr("loopwise.measure.comparison.MOST_PLACED", 2 * work.bytes - 1)
    register("seeing", lazy_twin(logistic_step=logistic_step), "numpy", "rounding")
    try:
        compare(work, ["numba_loops", "seeing"], budget=0.5)
    finally:
        unregister("seeing")
    assert all(X is work.inputs["X"] for X in seen)


def test_a_row_that_others_took_too_much_of_says_so_instead_of_a_figure(work, monkeypatch):
    measured, disturbed, bind = interleaved.sample, set(), type(work).bind
    register("disturbed", lazy_twin(), "numpy", "rounding")
    spoilt = lambda step, *arguments: replace(measured(step, *arguments), taken=0.4 * (step in disturbed))  # noqa: E731

    def noted(self, implementation):
        step = bind(self, implementation)
        if implementation.name == "disturbed":
            disturbed.add(step)
        return step

    monkeypatch.setattr(type(work), "bind", noted)
    monkeypatch.setattr(interleaved, "sample", spoilt)
    try:
        result = compare(work, ["numba_loops", "disturbed"], budget=0.5, baseline="disturbed")
    finally:
        unregister("disturbed")
    quiet, row = result.rows
    assert (row.spoilt, row.times, row.speedup["sure"], quiet.speedup["sure"]) == (True, None, False, False)
    assert row.note.startswith("spoilt: other programs took 40% of its time in")
    assert (row.as_dict()["taken_by_others"], row.as_dict()["spoilt"]) == (0.4, True)
    assert row.step_seconds["median"] > 0  # for machines
    assert result.agreed
    shown = " ".join(" ".join(lines([comparison_table(result)], 80)).split())
    assert "spoilt: other programs took 40%" in shown
    assert units.seconds(row.step_seconds["median"]) not in shown


def test_what_disagrees_is_not_timed(work):
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


def test_each_row_is_told_of_once_it_has_agreed_and_before_it_is_timed(work):
    told = []
    names = ["numpy_vectorized", "python_loops"]
    result = compare(work, names, budget=0.5, on_row=lambda row: told.append((row, row.step_seconds)))
    assert [(row.implementation, times) for row, times in told] == [(name, None) for name in names]
    assert all(row.agreement.passed and row.first_call_seconds > 0 for row, _ in told)
    assert [row for row, _ in told] == result.rows  # the same objects, which have their times now
    assert all(row.step_seconds for row in result.rows)
