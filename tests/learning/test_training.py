"""Training: batches, optimizers, decay, early stop, Ctrl-C, divergence, and going on where it stopped."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.trainings import NETWORK, run_of, same_state, trained

from loopwise import (
    Architecture,
    Neuron,
    datasets,
    errors,
    get_implementation,
    initialize,
    network_step,
)
from loopwise.learning.network import training_step
from loopwise.workloads import LAYOUTS, arrange

# === batches ==========================================================================================


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_batch_has_the_examples_asked_for_in_their_order(layout):
    impl, examples = get_implementation("numpy_vectorized"), np.array([7, 0, 3])
    X = arrange(np.arange(40.0).reshape(4, 10), "float64", layout)
    batch = impl.take(X, examples)
    assert batch.tolist() == [[row[i] for i in (7, 0, 3)] for row in X.tolist()]
    assert batch.flags.c_contiguous  # one order for every batch: each is a signature to compile


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


def test_the_state_of_another_run_is_refused(impl, flower):
    state = run_of(impl, flower)
    with pytest.raises(errors.OptionError, match="remembers 2 vectors: it is another run's"):
        run_of(impl, flower, state=state, optimizer="descent")
    with pytest.raises(errors.OptionError, match="the state is one of momentum, not of rmsprop: it is another run's"):
        run_of(impl, flower, state=run_of(impl, flower, optimizer="momentum"), optimizer="rmsprop")
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
