"""Training: batches, optimizers, decay, early stop, Ctrl-C, divergence, and going on where it stopped."""

import functools
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from loopwise import (
    Architecture,
    Neuron,
    datasets,
    errors,
    get_implementation,
    implementation_names,
    initialize,
    network_step,
    train,
)
from loopwise.implementations import numpy_vectorized, register
from loopwise.interface import OPERATIONS
from loopwise.learning import checkpoints
from loopwise.learning.network import training_step
from loopwise.learning.optimizers import OPTIMIZERS
from loopwise.learning.training import HyperParameters, Run, State, reason
from loopwise.workloads import DTYPES, LAYOUTS, arrange

NETWORK = Architecture((2, 4, 1), ("tanh", "sigmoid"), l2=1e-3, keep_prob=0.8, batch_norm=True)


@pytest.fixture
def impl():
    return get_implementation("numba_loops")


@pytest.fixture(scope="module")
def flower():
    data = datasets.load("flower", examples=50)
    return data.X, data.Y


def trained(impl, model, X, Y, theta=None, **hyper):
    """A short training run; everything can be set."""
    if theta is None:
        theta = initialize(model, "xavier", 1) if isinstance(model, Architecture) else np.zeros(model.n_x + 1)
    return train(impl, model, theta, impl.asnative(X), impl.asnative(Y), **{"alpha": 0.1, "epochs": 5} | hyper)


# === batches ==========================================================================================


@pytest.mark.parametrize(
    ("batch_size", "sizes"), [(None, [50]), (50, [50]), (99, [50]), (1, [1] * 50), (16, [16] * 3 + [2])]
)
def test_every_example_is_in_one_batch_of_each_epoch(impl, flower, batch_size, sizes):
    hyper = HyperParameters(alpha=0.1, epochs=1, batch_size=batch_size)
    run = Run(impl, Neuron("logistic", 2), *flower, None, hyper)
    orders = []
    for epoch in range(2):
        batches = [np.arange(50) if batch is None else batch for batch in run.batches(epoch)]
        assert [len(batch) for batch in batches] == sizes
        orders.append(np.concatenate(batches))
        assert sorted(orders[-1]) == list(range(50))
    shuffled = batch_size in (1, 16)
    assert np.array_equal(orders[0], orders[1]) is not shuffled


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", implementation_names())
def test_a_step_on_a_batch_needs_no_memory_for_the_other_examples(name, layout, dtype):
    impl = get_implementation(name)
    if dtype == "float32" and impl.family == "python":
        return  # float64 only: it says so in the contract's tests
    data = datasets.load("synthetic", examples=10_000, features=50)
    X, Y = (impl.asnative(arrange(part, dtype, layout)) for part in (data.X, data.Y))
    run = Run(impl, Neuron("logistic", 50), X, Y, None, HyperParameters(alpha=0.1, epochs=1, batch_size=32))
    state, batch = State(np.zeros(51, dtype), np.zeros(0, dtype)), run.batches(0)[0]
    run.step(state, batch)  # compiled
    kept, most = traced(lambda: run.step(state, batch))
    assert most - kept < data.X.nbytes / 20


def traced(step):
    """Bytes in use before a step, and at its peak."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        step()
        return before, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_batch_has_the_examples_asked_for_in_their_order(layout):
    impl, examples = get_implementation("numpy_vectorized"), np.array([7, 0, 3])
    X = arrange(np.arange(40.0).reshape(4, 10), "float64", layout)
    batch = impl.take(X, examples)
    assert batch.tolist() == [[row[i] for i in (7, 0, 3)] for row in X.tolist()]
    assert batch.flags.c_contiguous  # one order for every batch: each is a signature to compile


def test_the_cost_of_an_epoch_weighs_the_last_smaller_batch_by_its_size(impl, flower):
    # alpha so small that theta stays where it is to the last bits: then the epoch's cost is the whole cost.
    X, Y = flower
    model = Neuron("logistic", 2)
    theta = np.array([0.3, -0.2, 0.1])
    whole, _, _ = model.step(impl, theta, X, Y)
    epoch = trained(impl, model, X, Y, theta, alpha=1e-300, epochs=1, batch_size=16)
    # Two sums of 50 terms in another order: 50 roundings each, Higham's γ_50 of a sum of positive numbers.
    assert abs(epoch.costs[0] - whole) <= 2 * 51 * 2.0**-53 * whole
    wrong = np.mean([model.step(impl, theta, X[:, part], Y[:, part])[0] for part in batches_of(impl, X, Y)])
    assert abs(epoch.costs[0] - wrong) > 1e-4  # what unweighted batches would give


def batches_of(impl, X, Y):
    return Run(impl, Neuron("logistic", 2), X, Y, None, HyperParameters(alpha=0.1, epochs=1, batch_size=16)).batches(0)


def test_the_sum_of_errors_is_not_weighted(impl):
    # Adaline with theta = 0 on targets 1, 2, 3: ½(1 + 4 + 9) = 7, whatever the batches.
    X, Y = np.ones((1, 3)), np.array([[1.0, 2.0, 3.0]])
    for batch_size in (None, 1, 2):
        assert trained(impl, Neuron("adaline", 1), X, Y, alpha=1e-300, epochs=1, batch_size=batch_size).costs == (7.0,)


def test_stochastic_descent_by_hand(impl):
    # One weight, no matter the order: x = 2, y = 1 twice, Adaline, w = b = 0, α = ⅛.
    # z = 0, dz = −1: w = ⅛·2 = ¼, b = ⅛. z = ½ + ⅛ = ⅝, dz = −⅜: w = ¼ + ⅛·2·⅜ = 11/32, b = ⅛ + ⅛·⅜ = 11/64.
    X, Y = np.array([[2.0, 2.0]]), np.array([[1.0, 1.0]])
    state = trained(impl, Neuron("adaline", 1), X, Y, alpha=0.125, epochs=1, batch_size=1)
    assert state.theta.tolist() == [11 / 32, 11 / 64]
    assert state.costs == (0.5 + 0.5 * (3 / 8) ** 2,)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_seed_draws_the_order(impl, flower, seed):
    one, same, other = (trained(impl, Neuron("logistic", 2), *flower, batch_size=7, seed=s) for s in (seed, seed, 7))
    assert one.theta.tobytes() == same.theta.tobytes() != other.theta.tobytes()


# === every exact implementation has the same bits =====================================================


@pytest.mark.parametrize("batch_size", [None, 16, 1])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_has_the_slides_bits(exact_implementation, flower, optimizer, batch_size):
    X, Y = (part[:, :30] for part in flower)
    runs = [
        trained(impl, NETWORK, X, Y, epochs=50 if batch_size is None else 4, optimizer=optimizer, batch_size=batch_size)
        for impl in (get_implementation("python_loops"), exact_implementation)
    ]
    same_state(*runs)


@pytest.mark.parametrize("kind", ["logistic", "perceptron", "adaline"])
def test_neurons_have_the_slides_bits(exact_implementation, flower, kind):
    for batch_size in (None, 7):
        runs = [
            trained(
                impl,
                Neuron(kind, 2, l2=0.0 if kind == "perceptron" else 0.01),
                *flower,
                alpha=1e-3,
                epochs=50,
                batch_size=batch_size,
            )
            for impl in (get_implementation("python_loops"), exact_implementation)
        ]
        same_state(*runs)


def same_state(one, other):
    """Two states with the same bits everywhere."""
    assert one.theta.tobytes() == other.theta.tobytes()
    assert one.statistics.tobytes() == other.statistics.tobytes()
    assert [vector.tobytes() for vector in one.memory] == [vector.tobytes() for vector in other.memory]
    assert (one.costs, one.validation_costs) == (other.costs, other.validation_costs)
    assert (one.epoch, one.step, one.stopped) == (other.epoch, other.step, other.stopped)


def test_logistic_regression_is_a_network_of_one_unit(exact_implementation, flower):
    one_unit = Architecture((2, 1), ("sigmoid",), l2=0.1)
    network, neuron = (
        trained(exact_implementation, model, *flower, np.zeros(3), batch_size=8)
        for model in (one_unit, Neuron("logistic", 2, l2=0.1))
    )
    same_state(network, neuron)


# === updates ==========================================================================================


def test_decay_divides_alpha(impl):
    # One example, x = 1, Adaline without its bias's pull: compare with α/(1 + ½e) by hand.
    X, Y = np.array([[1.0]]), np.array([[1.0]])
    state = trained(impl, Neuron("adaline", 1), X, Y, alpha=0.25, epochs=2, decay=0.5)
    # e = 0: dz = −1, w = b = ¼. e = 1: α = ¼/1½ = 1/6, z = ½, dz = −½, w = ¼ + 1/12.
    assert state.theta.tolist() == [0.25 + 0.25 / 1.5 * 0.5] * 2


# === L2, dropout, batch normalization =================================================================


def test_weight_decay_shrinks_weights_and_spares_biases(impl):
    # No data pull: y equals the prediction ½ of theta = 0 … so start at W = 1, X = 0: only the penalty acts on W.
    architecture = Architecture((1, 1), ("identity",), "squared", l2=0.5)
    _, gradient = network_step(impl, architecture, np.array([1.0, 3.0]), np.zeros((1, 2)), np.full((1, 2), 3.0))
    assert gradient.tolist() == [0.5, 0.0]
    J, _ = network_step(impl, architecture, np.array([2.0, 3.0]), np.zeros((1, 2)), np.full((1, 2), 3.0))
    assert J == 0.25 * 4


def test_the_penalty_does_not_depend_on_m(impl):
    # Twice the same examples: the same mean cost, the same gradient.
    architecture = Architecture((1, 1), ("identity",), "squared", l2=0.5)
    X, Y = np.array([[1.0, 2.0]]), np.array([[0.5, 0.0]])
    one = network_step(impl, architecture, np.array([1.0, 0.5]), X, Y)
    two = network_step(impl, architecture, np.array([1.0, 0.5]), np.tile(X, 2), np.tile(Y, 2))
    assert one[0] == two[0]
    assert one[1].tolist() == two[1].tolist()


def test_dropout_draws_anew_each_step_and_the_same_for_all(implementation, flower):
    architecture = Architecture((2, 8, 1), ("relu", "sigmoid"), keep_prob=0.5)
    theta = initialize(architecture, "he", 0)
    X, Y = (implementation.asnative(part) for part in flower)
    costs = [network_step(implementation, architecture, theta, X, Y, seed)[0] for seed in (0, 0, 1)]
    assert costs[0] == costs[1] != costs[2]


def test_running_statistics_follow_the_batches(impl, flower):
    X, Y = flower
    theta = initialize(NETWORK, "xavier", 1)
    state = trained(impl, NETWORK, X, Y, theta, epochs=2, alpha=1e-300)
    _, _, statistics = training_step(impl, NETWORK, theta, X, Y)
    assert len(statistics) == 8  # four hidden units: a mean and a variance each
    # theta does not move, so every batch has the same statistics, and so has their running mean: one rounding.
    np.testing.assert_allclose(state.statistics, statistics, rtol=4 * np.finfo(float).eps)
    state = trained(impl, NETWORK, 2 * X, Y, theta, epochs=1, alpha=1e-300)
    state = trained(impl, NETWORK, X, Y, epochs=2, alpha=1e-300, state=state)
    _, _, doubled = training_step(impl, NETWORK, theta, 2 * X, Y)
    np.testing.assert_allclose(state.statistics, 0.9 * doubled + 0.1 * statistics, rtol=8 * np.finfo(float).eps)


# === stopping =========================================================================================


def test_early_stop_goes_back_to_the_best_epoch(impl, flower):
    X, Y = (impl.asnative(part) for part in flower)
    architecture = Architecture((2, 16, 1), ("tanh", "sigmoid"))
    other = datasets.load("synthetic", examples=40, features=2, seed=9)  # nothing to learn about it here
    seen = []
    state = trained(
        *(impl, architecture, X, Y),
        **{"alpha": 0.5, "epochs": 500, "patience": 7, "validation": (other.X, other.Y), "on_epoch": seen.append},
    )
    best = int(np.argmin(state.validation_costs))
    assert (state.stopped, state.epoch) == ("patience", best + 1 + 7)
    assert state.theta.tobytes() == seen[best].theta.tobytes() != seen[-1].theta.tobytes()


def test_patience_needs_validation(impl, flower):
    with pytest.raises(errors.OptionError, match="patience needs validation examples"):
        trained(impl, Neuron("logistic", 2), *flower, patience=3)


def test_ctrl_c_keeps_what_was_learned(impl, flower):
    def stop(state):
        if state.step == 11:
            raise KeyboardInterrupt

    model = Neuron("logistic", 2)
    state = trained(impl, model, *flower, batch_size=16, on_step=stop)  # four steps an epoch
    assert (state.stopped, state.epoch, state.batch, len(state.costs)) == ("interrupted", 2, 3, 2)
    whole = trained(impl, model, *flower, batch_size=16)
    same_state(trained(impl, model, *flower, batch_size=16, state=state), whole)


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


# === numbers that are lost, and not by too large an alpha =============================================


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


def test_a_perceptron_says_when_it_made_its_last_error(implementation):
    # x = 1 → 1, x = −1 → 0. w = b = 0: step(0) = 1, right for x = 1, wrong for x = −1: w = 1, b = −1.
    # Then x = 1: z = 0, right; x = −1: z = −2, right. The batch rule sums the same single error.
    X, Y = np.array([[1.0, -1.0]]), np.array([[1.0, 0.0]])
    state = trained(implementation, Neuron("perceptron", 1), X, Y, alpha=1.0, epochs=10)
    assert (state.stopped, state.epoch, state.last_error_epoch) == ("converged", 2, 1)
    assert state.theta.tolist() == [1.0, -1.0]
    assert state.costs == (1.0, 0.0)


def test_xor_is_too_much_for_a_perceptron(implementation):
    data = datasets.load("xor")
    for batch_size in (1, None):
        state = trained(implementation, Neuron("perceptron", 2), data.X, data.Y, epochs=200, batch_size=batch_size)
        assert (state.stopped, state.last_error_epoch) == ("epochs", 200)


# === hyper-parameters =================================================================================

BAD = {
    "alpha is 0.0": {"alpha": 0.0},
    "alpha is nan": {"alpha": float("nan")},
    "alpha is 'a'": {"alpha": "a"},
    "epochs is 0": {"epochs": 0},
    "epochs is 2.5": {"epochs": 2.5},
    "batch_size is 0": {"batch_size": 0},
    "batch_size is True": {"batch_size": True},
    "decay is -1": {"decay": -1},
    "beta_1 is 1": {"beta_1": 1},
    "beta_2 is -0.1": {"beta_2": -0.1},
    "epsilon is 0": {"epsilon": 0},
    "seed is -1": {"seed": -1},
    "patience is 0": {"patience": 0},
    "did you mean 'adam'": {"optimizer": "adan"},
}


@pytest.mark.parametrize("message", BAD)
def test_hyper_parameters_are_checked(impl, flower, message):
    with pytest.raises(errors.LoopwiseError, match=message):
        trained(impl, Neuron("logistic", 2), *flower, **BAD[message])


def test_labels_and_theta_are_checked(impl):
    model = Neuron("logistic", 2)
    with pytest.raises(errors.LabelError, match=r"Y\[0, 1\] is 2; expected labels 0 or 1"):
        trained(impl, model, np.ones((2, 3)), [[0, 2, 1]])
    with pytest.raises(errors.ShapeError, match=r"theta is \(2,\); expected \(P,\) = \(3,\) for layer sizes \(2, 1\)"):
        trained(impl, model, np.ones((2, 3)), [[0, 1, 1]], np.zeros(2))
    with pytest.raises(errors.ShapeError, match=r"X is \(3, 3\); expected \(n_x, m\) = \(2, m\)"):
        trained(impl, model, np.ones((3, 3)), [[0, 1, 1]])


# === going on =========================================================================================


def run_of(impl, flower, **others):
    """A run with everything that a state can hold."""
    X, Y = (impl.asnative(part) for part in flower)
    hyper = {"alpha": 0.05, "epochs": 6, "batch_size": 16, "optimizer": "adam", "decay": 0.1, "patience": 4}
    return train(impl, NETWORK, initialize(NETWORK, "xavier", 1), X, Y, validation=(X, Y), **hyper | others)


@pytest.mark.parametrize("step", [1, 3, 4, 5, 8, 17, 23])
def test_a_resumed_run_ends_with_the_same_bits(tmp_path, implementation, flower, step):
    class Killed(Exception):
        pass

    def kill(state):
        checkpoints.save(tmp_path / "run.npz", state, {"who": "me"})
        if state.step == step:
            raise Killed

    with pytest.raises(Killed):
        run_of(implementation, flower, on_step=kill)
    state, about = checkpoints.load(tmp_path / "run.npz")
    assert (state.step, about) == (step, {"who": "me"})
    same_state(run_of(implementation, flower, state=state), run_of(implementation, flower))


def test_a_state_survives_the_file(tmp_path, impl, flower):
    state = run_of(impl, flower)
    checkpoints.save(tmp_path / "run.npz", state, {})
    loaded, _ = checkpoints.load(tmp_path / "run.npz")
    same_state(loaded, state)
    assert loaded.best[:2] == state.best[:2]
    assert [part.tobytes() for part in loaded.best[2:]] == [part.tobytes() for part in state.best[2:]]
    assert set(vars(loaded)) == {*checkpoints.ARRAYS, *checkpoints.NUMBERS, "memory", "best"}
    assert isinstance(loaded, State)


def test_the_state_of_another_run_is_refused(impl, flower):
    state = run_of(impl, flower)
    with pytest.raises(errors.OptionError, match="remembers 2 vectors: it is another run's"):
        run_of(impl, flower, state=state, optimizer="descent")
    with pytest.raises(errors.OptionError, match="the state has 21 parameters"):
        trained(impl, Neuron("logistic", 2), *flower, state=state)


def test_a_state_deeper_in_its_epoch_than_there_are_batches_is_refused(impl, flower):
    def stop(state):
        if state.step == 3:
            raise KeyboardInterrupt

    state = run_of(impl, flower, on_step=stop)
    with pytest.raises(errors.OptionError, match="the state is 3 batches into its epoch"):
        run_of(impl, flower, state=state, batch_size=25)


def test_fewer_epochs_than_were_done_are_no_more_work(impl, flower):
    state = run_of(impl, flower, epochs=3)
    for stopped in (None, "interrupted", "epochs"):  # however it was left
        assert run_of(impl, flower, state=replace(state, stopped=stopped), epochs=2).step == state.step


def test_what_is_watched_is_checked(impl, flower):
    wrong = (flower[0], flower[1] * 2)
    with pytest.raises(errors.LabelError, match="expected labels 0 or 1"):
        trained(impl, Neuron("logistic", 2), *flower, validation=wrong, patience=3)


def test_a_perceptron_has_converged_only_if_its_last_step_left_no_error(implementation):
    for seed in range(12):  # an epoch without errors may still move theta: momentum
        X, labels, _ = datasets.synthetic(40, 30, seed=seed)
        model, Y = Neuron("perceptron", 30), labels.reshape(1, -1).astype(float)
        hyper = {"alpha": 1.0, "epochs": 300, "batch_size": 1, "optimizer": "momentum"}
        if implementation.name == "python_loops" and seed > 1:
            break
        state = trained(implementation, model, X, Y, **hyper)
        Z, A = model.predict(implementation, state.theta, implementation.asnative(X))
        assert state.stopped == "converged"
        assert model.cost(implementation, Z, A, implementation.asnative(Y)) == 0


def test_files_of_another_kind_are_refused_in_one_line(tmp_path):
    with pytest.raises(errors.DataFileError, match="does not exist"):
        checkpoints.load(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("hello")
    np.savez(tmp_path / "other.npz", a=1)
    whole = tmp_path / "whole.npz"
    checkpoints.save(whole, State(np.zeros(3), np.zeros(0)), {})
    (tmp_path / "half.npz").write_bytes(whole.read_bytes()[:200])
    for name in ("text.npz", "other.npz", "half.npz"):
        with pytest.raises(errors.DataFileError, match="is no saved training") as refused:
            checkpoints.load(tmp_path / name)
        assert "\n" not in str(refused.value)


KILLED = """
import sys
from loopwise import Neuron, datasets, get_implementation, train
from loopwise.learning.checkpoints import Keeper
import numpy as np
impl = get_implementation("numpy_vectorized")
data = datasets.load("breast_cancer")
train(impl, Neuron("logistic", 30), np.zeros(31), data.X, data.Y, alpha=0.1, epochs=10**9, batch_size=64,
      on_step=Keeper(sys.argv[1], {}, every=0.0))
"""


def test_a_killed_process_leaves_a_whole_file(tmp_path):
    path = tmp_path / "run.npz"
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(path)])
    deadline = time.monotonic() + 60
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    state, _ = checkpoints.load(path)
    impl, data = get_implementation("numpy_vectorized"), datasets.load("breast_cancer")
    model, hyper = Neuron("logistic", 30), {"alpha": 0.1, "epochs": state.epoch + 1, "batch_size": 64}
    whole = train(impl, model, np.zeros(31), data.X, data.Y, **hyper)
    same_state(train(impl, model, None, data.X, data.Y, state=state, **hyper), whole)


def test_the_keeper_saves_at_most_so_often(tmp_path, impl, flower):
    written = []
    keeper = checkpoints.Keeper(tmp_path / "run.npz", {}, every=3600.0)
    keeper.save = lambda state, save=keeper.save: (written.append(state.step), save(state))
    run_of(impl, flower, on_step=keeper)
    assert written == [1]
