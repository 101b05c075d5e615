"""Calls of `train_epochs`: no bit depends on how the work is cut, and nothing that must be seen is passed over."""

import math
import os
import signal
import threading
import time

import numpy as np
import pytest
from helpers.trainings import NETWORK, run_of, same_state, trained

from loopwise import Architecture, Neuron, datasets, errors, get_implementation, train
from loopwise.learning import calls
from loopwise.learning.calls import span_of, states
from loopwise.learning.models import as_model
from loopwise.learning.steps import Run
from loopwise.learning.training import HyperParameters, begin

LOOPS = ["python_loops", "numba_loops", "numba_parallel", "numba_tuned"]


@pytest.fixture(params=LOOPS)
def with_calls(request):
    """An implementation that supplies `train_epochs`, and counts its calls."""
    impl = get_implementation(request.param)
    assert impl.train_epochs is not None
    return impl


@pytest.fixture
def counted(monkeypatch):
    """The spans of all calls."""
    spans = []
    called = calls.after_call
    monkeypatch.setattr(calls, "after_call", lambda run, state, span: (spans.append(span), called(run, state, span))[1])
    return spans


@pytest.mark.parametrize(("seconds", "growth"), [(1e9, 32), (1e9, 3), (1e9, 2), (0.0, 32)])
@pytest.mark.parametrize("batch_size", [2, 16, 49, None])
def test_no_bit_depends_on_how_the_work_is_cut(monkeypatch, counted, impl, flower, batch_size, seconds, growth):
    hyper = {"batch_size": batch_size, "epochs": 9, "patience": None, "validation": None}
    expected = run_of(impl, flower, on_step=lambda state: None, **hyper)
    assert not counted
    monkeypatch.setattr(calls, "SECONDS", seconds)
    monkeypatch.setattr(calls, "GROWTH", growth)
    same_state(run_of(impl, flower, **hyper), expected)
    assert bool(counted) is (seconds > 0)


def test_a_call_is_a_part_of_an_epoch_or_some_epochs(impl, flower):
    run = Run(impl, Neuron("logistic", 2), *flower, None, HyperParameters(alpha=0.1, epochs=9, batch_size=16))
    state = begin(run.model, run.hyper, np.zeros(3))
    assert span_of(run, state, 3, None) == (1, 0, 3)
    assert span_of(run, state, 4, None) == span_of(run, state, 7, None) == (1, 0, 4)
    assert span_of(run, state, 8, None) == (2, 0, 4)
    assert span_of(run, state, 8, "epoch") == (1, 0, 4)
    assert span_of(run, state, 10**9, None) == (9, 0, 4)
    after = run.after_step(state)
    assert span_of(run, after, 10**9, None) == (1, 1, 3)


def test_each_epoch_is_told_where_it_is_asked_for(monkeypatch, with_calls, flower):
    monkeypatch.setattr(calls, "SECONDS", 1e9)
    epochs, steps = [], []
    hyper = {"batch_size": 16, "epochs": 6, "validation": None, "patience": None}
    run_of(with_calls, flower, on_epoch=lambda state: epochs.append(state.epoch), **hyper)
    run_of(with_calls, flower, on_step=lambda state: steps.append(state.step), **hyper)
    assert (epochs, steps) == ([1, 2, 3, 4, 5, 6], [*range(1, 25)])


def test_validation_and_patience_look_at_every_epoch(monkeypatch, with_calls, flower):
    expected = run_of(with_calls, flower, on_step=lambda state: None, alpha=0.5, epochs=40)
    monkeypatch.setattr(calls, "SECONDS", 1e9)
    same_state(run_of(with_calls, flower, alpha=0.5, epochs=40), expected)
    assert expected.stopped == "patience"


def test_tol_looks_at_every_epoch(monkeypatch, with_calls, flower):
    hyper = {"alpha": 0.5, "epochs": 200, "validation": None, "patience": None, "tol": 0.01, "n_iter_no_change": 2}
    expected = run_of(with_calls, flower, on_step=lambda state: None, **hyper)
    monkeypatch.setattr(calls, "SECONDS", 1e9)
    same_state(run_of(with_calls, flower, **hyper), expected)
    assert expected.stopped == "tol"


@pytest.mark.parametrize("step", [1, 2, 9, 45])
def test_a_run_goes_on_from_wherever_calls_left_it(monkeypatch, with_calls, flower, step):
    def stop(state):
        if state.step >= step:
            raise KeyboardInterrupt

    hyper = {"batch_size": 2, "epochs": 8, "validation": None, "patience": None}
    monkeypatch.setattr(calls, "GROWTH", 3)
    state = run_of(with_calls, flower, on_progress=stop, **hyper)
    assert state.stopped == "interrupted"
    same_state(run_of(with_calls, flower, state=state, **hyper), run_of(with_calls, flower, **hyper))


def test_divergence_inside_a_call_ends_at_the_step_where_it_is_without_calls(monkeypatch, counted, with_calls):
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((3, 40)), rng.standard_normal((1, 40))
    for model, alpha in ((Neuron("adaline", 3), 0.6), (Architecture((3, 1), ("identity",), "squared"), 0.6)):
        hyper = {"alpha": alpha, "epochs": 30, "batch_size": 1}
        expected = trained(with_calls, model, X, Y, on_step=lambda state: None, **hyper)
        monkeypatch.setattr(calls, "SECONDS", 1e9)
        found = trained(with_calls, model, X, Y, **hyper)
        assert expected.stopped == found.stopped == "diverged"
        same_state(found, expected)
    assert counted


def test_what_overflows_inside_a_call_does_not_pass(monkeypatch, with_calls):
    monkeypatch.setattr(calls, "SECONDS", 1e9)
    X, Y = np.full((1, 40), 1e30), np.tile([[1.0, 0.0]], 20)
    hyper = {"alpha": 1e300, "epochs": 50, "batch_size": 8}
    expected = trained(with_calls, Neuron("logistic", 1), X, Y, on_step=lambda state: None, **hyper)
    found = trained(with_calls, Neuron("logistic", 1), X, Y, **hyper)
    assert expected.stopped == found.stopped == "diverged"
    same_state(found, expected)


def test_a_perceptron_converges_in_the_epoch_in_which_it_does_without_calls(monkeypatch, counted, with_calls):
    data = datasets.load("synthetic", examples=40, features=60)
    hyper = {"alpha": 1.0, "epochs": 1000}
    for batch_size in (1, 7, None):
        given = with_calls, Neuron("perceptron", 60), data.X, data.Y
        expected = trained(*given, on_step=lambda state: None, batch_size=batch_size, **hyper)
        monkeypatch.setattr(calls, "SECONDS", 1e9)
        found = trained(*given, batch_size=batch_size, **hyper)
        assert expected.stopped == found.stopped == "converged"
        same_state(found, expected)
    assert counted


def test_an_implementation_may_decline(monkeypatch, flower):
    tuned, asked = get_implementation("numba_tuned"), []
    kernel = tuned.train_epochs.kernel
    monkeypatch.setattr(tuned.train_epochs, "kernel", lambda *given: asked.append(kernel(*given)) or asked[-1])
    state = run_of(tuned, flower)  # dropout and batch normalization
    assert asked == [None]
    same_state(state, run_of(tuned, flower, on_step=lambda state: None))


@pytest.mark.parametrize(
    ("each", "expected"), [(0.001, [1, 32, 100, 100, 100]), (0.06, [1] * 5), (0.04, [1, 2, 2, 2, 2])]
)
def test_a_call_takes_about_a_tenth_of_a_second(monkeypatch, impl, flower, each, expected):
    clock = [0.0]

    def timed(call):
        def called(run, state, *span):
            after = call(run, state, *span)
            clock[0] += each * (after.step - state.step)
            return after

        return called

    monkeypatch.setattr(calls.time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(calls, "after_call", timed(calls.after_call))
    monkeypatch.setattr(Run, "after_step", timed(Run.after_step))
    hyper = HyperParameters(alpha=0.01, epochs=10**4, batch_size=None)
    run = Run(impl, Neuron("logistic", 2), *flower, None, hyper)
    seen = [0]
    for state in states(run, begin(run.model, hyper, np.zeros(3))):
        seen.append(state.step)
        if len(seen) > len(expected):
            break
    assert np.diff(seen).tolist() == expected


def test_ctrl_c_in_a_call_keeps_the_state_before_it(with_calls):
    data = datasets.load("synthetic", examples=300, features=10)
    X, Y = with_calls.asnative(data.X), with_calls.asnative(data.Y)
    hyper = {"alpha": 0.01, "batch_size": 4, "optimizer": "momentum"}
    model, started = Neuron("logistic", 10), threading.Event()

    def interrupt():
        started.wait()
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    state = train(with_calls, model, np.zeros(11), X, Y, epochs=10**8, on_progress=lambda state: started.set(), **hyper)
    assert state.stopped == "interrupted"
    more = {"epochs": state.epoch + 2, **hyper}
    whole = train(with_calls, model, np.zeros(11), X, Y, **more)
    same_state(train(with_calls, model, np.zeros(11), X, Y, state=state, **more), whole)


def test_what_does_not_fit_is_found_before_a_kernel_is_called(impl, flower):
    state = run_of(impl, flower, epochs=2)
    X = np.ones((3, 50))
    with pytest.raises(errors.ShapeError, match=r"X is \(3, 50\); expected \(n\[0\], m\)"):
        train(impl, NETWORK, state.theta, X, flower[1], state=state, alpha=0.1, epochs=9, optimizer="adam")


def test_few_masks_and_orders_are_held_at_a_time(monkeypatch, impl, flower):
    monkeypatch.setattr(calls, "MOST_NUMBERS", 100)
    run = Run(impl, as_model(NETWORK), *flower, None, HyperParameters(alpha=0.1, epochs=9, batch_size=5))
    state = run.after_step(begin(run.model, run.hyper, np.ones(run.model.parameter_count)))
    span = span_of(run, state, 10**6, None)
    assert span.steps == 100 // (5 * 4)  # four units may be dropped for each of five examples
    assert len(calls.masks_of(run, state, span)) == span.steps * 20
    assert math.prod(calls.order_of(run, state, span).shape) == span.steps * 5
