"""Divergence is a result, told apart from numbers that an implementation loses."""

import functools
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.trainings import trained

from loopwise import (
    Architecture,
    Neuron,
    errors,
    get_implementation,
    initialize,
)
from loopwise.implementations import numpy_vectorized, register
from loopwise.interface import OPERATIONS
from loopwise.learning import checkpoints
from loopwise.learning.training import reason


def test_divergence_is_a_result(implementation):
    # J = ½(z − y)², x = 10: the slope's slope is x² + 1 = 101, so α > 2/101 overshoots further every time.
    X, Y = np.array([[10.0]]), np.array([[1.0]])
    state = trained(implementation, Neuron("adaline", 1), X, Y, alpha=1.0, epochs=1000)
    assert state.stopped == "diverged"
    assert state.step < 10  # each step multiplies the error by 100: soon 1000 times the first cost
    assert np.isfinite(state.theta).all()
    assert np.isfinite(state.costs).all()
    assert trained(implementation, Neuron("adaline", 1), X, Y, alpha=0.01, epochs=1000).stopped != "diverged"


def test_slow_divergence_is_told_at_the_end(implementation):
    # As above with α just above 2/101: the error grows by 1 − 101·0.02 = −1.02 a step.
    X, Y = np.array([[10.0]]), np.array([[1.0]])
    model = Neuron("adaline", 1)
    state = trained(implementation, model, X, Y, alpha=0.02, epochs=10)
    assert state.stopped == "epochs"  # more epochs may be asked for, and end as if nobody had stopped
    assert reason(model, state) == "epochs: the cost grew, from 0.5 to 0.714"  # 0.5 · 1.02^(2·9)


def test_other_costs_may_jump_and_come_back(impl):
    # One perceptron error, then 1199 of them, and 2108 epochs later none: the batch rule on this data.
    X = np.random.default_rng(0).uniform(2, 3, (1, 1200))
    X[0, 0], Y = 1.0, np.ones((1, 1200))
    Y[0, 0] = 0.0
    state = trained(impl, Neuron("perceptron", 1), X, Y, alpha=1.0, epochs=20_000)
    assert state.costs[:2] == (1.0, 1199.0)
    assert state.stopped == "converged"


def test_overflow_in_the_first_epoch_is_divergence_too(implementation):
    X, Y = np.full((1, 400), 1e3), np.ones((1, 400))
    state = trained(implementation, Neuron("adaline", 1), X, Y, alpha=1.0, epochs=10, batch_size=1)
    assert (state.stopped, state.epoch) == ("diverged", 0)
    assert np.isfinite(state.theta).all()


@pytest.mark.parametrize("layers", [(32,), (8, 8)])
@pytest.mark.parametrize("optimizer", ["descent", "momentum"])
def test_an_explosion_in_the_first_epoch_is_divergence(implementation, optimizer, layers):
    if implementation.name == "python_loops":
        return  # the same bits as numba_loops, some minutes later
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((3, 200)), 1e5 * rng.random((1, 200))
    model = Architecture((3, *layers, 1), ("relu",) * len(layers) + ("identity",), "squared")
    theta = initialize(model, "he", 0)
    state = trained(implementation, model, X, Y, theta, optimizer=optimizer, batch_size=32, epochs=20)
    assert (state.stopped, state.epoch) == ("diverged", 0)
    assert state.step < 6


def test_what_fits_well_already_may_have_some_noise(impl):
    # w = 1 fits all examples but one by 2⁻²⁶: the first cost is 2⁻⁵³, and SGD shakes w.
    X, Y = np.ones((1, 64)), np.ones((1, 64))
    Y[0, 0] += 2.0**-26
    state = trained(impl, Neuron("adaline", 1), X, Y, np.array([1.0, 2.0**-20]), alpha=0.9, batch_size=1, epochs=3)
    assert state.stopped == "epochs"


@pytest.mark.parametrize(("batch_size", "count"), [(None, 250), (1, 100), (120, 120), (250, 250)])
def test_divergence_is_measured_against_the_cost_before_the_first_update(impl, batch_size, count):
    # Every example costs ½ · 4² = 8 at w = b = 0; Adaline's cost is a sum, whatever sample it is taken from.
    X, Y = np.ones((1, 250)), np.full((1, 250), 4.0)
    state = trained(impl, Neuron("adaline", 1), X, Y, alpha=1e-4, batch_size=batch_size, epochs=1)
    assert state.start_cost == 8.0 * 250


def test_the_cost_at_the_start_is_kept_in_the_file(impl, flower, tmp_path):
    state = trained(impl, Neuron("logistic", 2), *flower, batch_size=1)
    checkpoints.save(tmp_path / "run.npz", state, {})
    assert (
        checkpoints.load(tmp_path / "run.npz")[0].start_cost == state.start_cost == pytest.approx(np.log(2), rel=1e-15)
    )


def test_a_file_of_a_version_that_did_not_keep_it_goes_on(impl, flower, tmp_path, monkeypatch):
    state = trained(impl, Neuron("logistic", 2), *flower, batch_size=1, epochs=2)
    with monkeypatch.context() as older:
        older.setattr(checkpoints, "NUMBERS", tuple(name for name in checkpoints.NUMBERS if name != "start_cost"))
        checkpoints.save(tmp_path / "run.npz", state, {})
    loaded, _ = checkpoints.load(tmp_path / "run.npz")
    assert loaded.start_cost is None
    went_on = trained(impl, Neuron("logistic", 2), *flower, batch_size=1, epochs=4, state=loaded)
    assert (
        went_on.theta.tobytes() == trained(impl, Neuron("logistic", 2), *flower, batch_size=1, epochs=4).theta.tobytes()
    )


def after(calls, operation):
    """An operation of numpy_vectorized whose numbers are lost after so many calls."""
    honest, count = getattr(numpy_vectorized, operation), []

    @functools.wraps(honest)
    def tired(*arguments):
        count.append(None)
        return honest(*arguments) * (float("nan") if len(count) > calls else 1.0)

    return tired


@pytest.mark.parametrize(
    ("operation", "calls", "said"),
    [
        ("cost", 5, "its J is nan from step 5 on"),  # one call is the cost at the start
        ("output_delta", 5, "its theta is nan from step 5 on"),
        ("descend", 5, "its theta is nan from step 6 on"),
    ],
)
def test_numbers_that_only_one_implementation_loses_are_its_fault(flower, operation, calls, said):
    functions = {name: getattr(numpy_vectorized, name) for name in OPERATIONS} | {operation: after(calls, operation)}
    register("tiring", SimpleNamespace(__all__=list(functions), **functions), "numpy", "rounding")
    model = Architecture((2, 4, 1), ("tanh", "sigmoid"))
    with pytest.raises(
        errors.DisagreementError, match=f"tiring disagrees: {said}; numba_loops has finite numbers there"
    ):
        trained(get_implementation("tiring"), model, *flower, batch_size=20, epochs=9)


def test_a_validation_cost_that_is_no_number_is_a_fault_too(flower):
    functions = {name: getattr(numpy_vectorized, name) for name in OPERATIONS} | {
        "cost": after(3, "cost")
    }  # two of two steps, one of validation
    register("tiring", SimpleNamespace(__all__=list(functions), **functions), "numpy", "rounding")
    model = Architecture((2, 4, 1), ("tanh", "sigmoid"))
    with pytest.raises(errors.DisagreementError, match="its validation cost is nan from step 2 on"):
        trained(get_implementation("tiring"), model, *flower, epochs=9, validation=flower)
