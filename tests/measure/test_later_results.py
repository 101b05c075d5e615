"""What contenders return while they are timed."""

import functools

import numpy as np
import pytest

from loopwise import get_implementation, workloads
from loopwise.contract.agreement import Agreement
from loopwise.implementations import implementation_names, numpy_vectorized
from loopwise.interface import OPERATIONS
from loopwise.measure.comparison import compare
from loopwise.measure.later_results import LaterResults, keeps_results


def watch(asked):
    """Results are arrays; 1 is right, and 2 is near enough."""

    def agreement(outputs):
        asked.append(float(outputs["J"]))
        return Agreement("rounding", outputs["J"] in (1, 2), 0, 0.0, "J is off")

    return LaterResults({"a": lambda result: {"J": np.asarray(result)}}, {"a": agreement})


def test_equal_results_are_held_to_the_reference_once():
    asked = []
    later = watch(asked)
    for result in (1.0, 1.0, 2.0, 2.0, 1.0):
        later("a", result)
    assert asked == [1.0, 2.0, 1.0]
    assert later.looked_at == {"a": 5}
    assert not later.wrong


def test_a_result_that_was_wrong_once_is_not_forgotten():
    later = watch([])
    for result in (1.0, 3.0, 1.0):
        later("a", result)
    assert not later.wrong["a"].passed


def test_a_result_that_is_changed_afterwards_is_not_taken_for_the_one_before():
    asked, kept = [], np.array(1.0)
    later = watch(asked)
    later("a", kept)
    kept[...] = 3.0
    later("a", kept)
    assert list(later.wrong) == ["a"]


@pytest.mark.parametrize("second", [-0.0, np.float32(0.0), np.int64(0), np.zeros(1), np.zeros(())])
def test_only_the_same_bits_are_the_same(second):
    asked = []

    def agreement(outputs):
        asked.append(outputs)
        return Agreement("exact", True, 0, 0.0)

    later = LaterResults({"a": lambda result: {"J": result}}, {"a": agreement})
    later("a", 0.0)
    later("a", second)
    assert len(asked) == (1 if isinstance(second, np.ndarray) and second.ndim == 0 else 2)


def test_fewer_results_than_before_are_not_the_same():
    later = LaterResults({"a": dict}, {"a": lambda outputs: Agreement("exact", "dw" in outputs, 0, 0.0)})
    later("a", {"J": 1.0, "dw": 2.0})
    later("a", {"J": 1.0})
    assert not later.wrong["a"].passed


def test_results_that_cannot_be_read_are_that_contenders_failure():
    later = LaterResults({"a": lambda result: 1 / 0}, {})
    later("a", 1.0)
    assert isinstance(later.wrong["a"], ZeroDivisionError)


def kept(of):
    """NumPy's dot product that computes once for each `of(w)`."""
    results = {}

    @functools.wraps(numpy_vectorized.dot)
    def dot(w, x):
        key = of(w)
        if key not in results:
            results[key] = numpy_vectorized.dot(w, x)
        return results[key]

    return dot


@pytest.mark.parametrize(
    ("of", "works"),
    [(lambda w: None, False), (lambda w: w.shape, False), (id, False), (lambda w: w.tobytes(), True)],
    ids=["always", "shape", "array", "content"],
)
def test_whoever_keeps_results_has_not_done_the_work(twin, of, works):
    twin(dot=kept(of))
    result = compare(workloads.operation("dot", features=64), ["numpy_vectorized", "twin"], budget=0.2)
    assert result.agreed is works
    assert ("returns for other numbers what it returned before" in result.row("twin").note) is not works
    assert (result.row("twin").step_seconds is None) is not works


def test_labels_stay_labels(twin):
    results = []

    @functools.wraps(numpy_vectorized.logistic_step)
    def logistic_step(w, b, X, Y):
        if not set(np.unique(Y)) <= {0.0, 1.0}:
            raise ValueError("these are no labels")
        results.append(numpy_vectorized.logistic_step(w, b, X, Y))
        return results[0]

    twin(logistic_step=logistic_step)
    assert keeps_results(workloads.drawn("logistic", 20, 3), get_implementation("twin"))


@pytest.mark.parametrize("name", OPERATIONS)
def test_nobody_who_works_is_said_to_keep_results(name):
    for implementation in map(get_implementation, implementation_names()):
        for layout in "CF":
            work = workloads.operation(name, units=4, features=5, examples=6).arranged(layout=layout)
            assert not keeps_results(work, implementation)
