"""Weights: an example with a weight of 2 is there twice."""

import re
from functools import partial

import numpy as np
import pytest
from helpers.contract import hold_losses_of
from helpers.trainings import NETWORK, trained

from loopwise import Architecture, Neuron, datasets, errors, initialize, workloads
from loopwise.contract.training_bound import training_bound
from loopwise.learning.models import as_model
from loopwise.learning.weights import example_losses, weights_of

COUNTS = np.array([1, 3, 0, 3, 1, 0, 4, 4])  # their mean is 2, and each occurs 1, 2 or 4 times: all shares are exact
MODELS = {
    "perceptron": Neuron("perceptron", 2),
    "adaline": Neuron("adaline", 2, l2=0.5),
    "squared": Architecture((2, 3, 1), ("relu", "identity"), "squared", l2=0.25),
}


def of_integers(model, seed=0):
    """Theta, X and Y of small integers: every sum is exact, in whatever order."""
    rng = np.random.default_rng(seed)
    X, theta = rng.integers(-3, 4, (2, 8)), rng.integers(-2, 3, model.parameter_count)
    return theta.astype(float), X.astype(float), rng.integers(0, 2, (1, 8)).astype(float)


@pytest.mark.parametrize("name", MODELS)
def test_a_weight_of_2_is_the_example_twice(implementation, name):
    model = as_model(MODELS[name])
    theta, X, Y = of_integers(model)
    twice = [implementation.asnative(np.repeat(part, COUNTS, axis=1)) for part in (X, Y)]
    expected = model.step(implementation, theta, *twice)
    weights = weights_of(model, COUNTS, 8)
    native = implementation.asnative(X), implementation.asnative(Y)
    J, gradient, statistics = model.step(implementation, theta, *native, 0, weights)
    assert (J, gradient.tolist()) == (expected[0], expected[1].tolist())
    assert statistics.size == 0
    J, gradient, _ = model.step(implementation, theta, *native)
    assert (J, gradient.tolist()) != (expected[0], expected[1].tolist())


def gamma(n):
    return n * 2.0**-53 / (1 - n * 2.0**-53)


@pytest.mark.parametrize("classes", [2, 3])
def test_a_weight_of_2_is_the_example_twice_but_for_rounding(exact_implementation, classes):
    # The losses and dZ are the same bits, whoever stands beside an example: only sums over at most 8 · 4 terms, the
    # shares and the division are rounded anew.
    impl, data = exact_implementation, datasets.load("synthetic", examples=8, features=4, classes=classes)
    model = as_model(Architecture((4, len(data.Y)), ("sigmoid" if classes == 2 else "softmax",), l2=0.125))
    theta = initialize(model.architecture, "he", 1)
    J, gradient, _ = model.step(
        impl, theta, *(impl.asnative(np.repeat(part, COUNTS, axis=1)) for part in (data.X, data.Y))
    )
    weights = weights_of(model, COUNTS, 8)
    found = model.step(impl, theta, impl.asnative(data.X), impl.asnative(data.Y), 0, weights)
    assert abs(found[0] - J) <= 2 * gamma(40) * J
    _, A = model.predict(impl, theta, impl.asnative(data.X))
    dZ = abs(impl.asnumpy(A) - data.Y)
    size = np.append((weights * dZ / 8 @ abs(data.X).T).ravel(), (weights * dZ / 8).sum(axis=1)) + 0.125 * abs(theta)
    assert (abs(found[1] - gradient) <= 2 * gamma(40) * size).all()


@pytest.mark.parametrize("name", [*MODELS, "dropout"])
def test_trained_with_weights(exact_implementation, name):
    model = Architecture((2, 3, 1), ("relu", "sigmoid"), keep_prob=0.5) if name == "dropout" else MODELS[name]
    theta, X, Y = of_integers(as_model(model))
    hyper = {"weights": COUNTS, "alpha": 2.0**-6, "epochs": 4, "batch_size": 3}
    state = trained(exact_implementation, model, X, Y, theta, **hyper)
    assert state.stopped in ("epochs", "converged")
    other = trained(exact_implementation, model, X, Y, theta, **hyper | {"weights": COUNTS[::-1]})
    assert state.theta.tobytes() != other.theta.tobytes()


def test_a_whole_batch_with_weights_trains_as_its_examples_twice(implementation):
    model = Neuron("adaline", 2)
    theta, X, Y = of_integers(model)
    hyper = {"alpha": 2.0**-8, "epochs": 3}  # after three steps the numbers have 3 · 8 + 2 · 3 bits: still exact
    weighted = trained(implementation, model, X, Y, theta, weights=COUNTS, **hyper)
    twice = [np.repeat(part, COUNTS, axis=1) for part in (X, Y)]
    repeated = trained(implementation, model, twice[0], twice[1], theta, **hyper)
    assert (weighted.theta.tolist(), weighted.costs) == (repeated.theta.tolist(), repeated.costs)
    assert weighted.start_cost == repeated.start_cost


@pytest.mark.parametrize("keep_prob", [1.0, 0.5])
def test_weights_of_one_change_no_bit_and_no_mask(exact_implementation, keep_prob):
    impl, (m, n_x) = exact_implementation, (9, 2)
    model = as_model(Architecture((n_x, 16, 3), ("tanh", "softmax"), keep_prob=keep_prob, l2=0.1))
    theta, X, labels = initialize(model.architecture, "he", 1), np.arange(18.0).reshape(n_x, m), np.arange(m) % 3
    native = impl.asnative(X), impl.asnative(np.eye(3)[:, labels])
    J, gradient, _ = model.step(impl, theta, *native, 7)
    J_weighted, of_weighted, _ = model.step(impl, theta, *native, 7, np.ones(m))
    assert (J_weighted, of_weighted.tobytes()) == (J, gradient.tobytes())


@pytest.mark.parametrize(("activation", "loss"), [("softmax", "cross_entropy"), ("tanh", "absolute")])
def test_losses_that_are_not_supplied_are_the_cost_of_each_example(implementation, monkeypatch, activation, loss):
    monkeypatch.setattr(implementation, "example_losses", None)
    work = workloads.operation("cost", 3, examples=11, activation=activation, loss=loss)
    hold_losses_of(implementation, work, partial(example_losses, implementation))


WRONG = {
    "weights is (3,); expected (m,) = (4,)": [1, 2, 3],
    "weights holds a number that is negative or not finite, or zeros only": [1, -1, 1, 1],
    "weights holds a number that is negative or not": [1, np.nan, 1, 1],
    "weights holds a number that is negative or": [0, 0, 0, 0],
}


@pytest.mark.parametrize("message", WRONG)
def test_one_line_for_weights_that_make_no_sense(impl, message):
    with pytest.raises(errors.LoopwiseError, match=re.escape(message)):
        trained(impl, Neuron("logistic", 2), np.eye(2, 4), np.array([[0, 1, 0, 1]]), weights=WRONG[message])


def test_a_normalized_batch_has_no_weights(impl):
    with pytest.raises(errors.OptionError, match="weights have no place in batch normalization: it takes mean and"):
        trained(impl, NETWORK, np.eye(2, 4), np.array([[0, 1, 0, 1]]), weights=[1, 2, 3, 4])


def test_an_examples_weight_goes_with_it_into_its_batch(impl, flower):
    # alpha so small that theta stays where it is to the last bits: then the epoch's cost is the whole weighted cost.
    X, Y = flower
    model, weights = Neuron("logistic", 2), np.arange(50.0)
    theta = np.array([0.3, -0.2, 0.1])
    whole, _, _ = model.step(impl, theta, X, Y, 0, weights_of(model, weights, 50))
    epoch = trained(impl, model, X, Y, theta, weights=weights, alpha=1e-300, epochs=1, batch_size=16)
    # Sums of 50 positive terms in another order, each weighted and divided anew: a few roundings each.
    assert abs(epoch.costs[0] - whole) <= 2 * gamma(60) * whole
    assert abs(model.step(impl, theta, X, Y)[0] - whole) > 1e-3


@pytest.mark.parametrize("layers", [None, [5, 1]])
def test_a_training_with_weights_ends_where_its_examples_twice_end(implementation, layers):
    # Both add the same numbers, up to 16 of them, in another order, as two implementations do.
    data = datasets.load("synthetic", examples=8, features=4)
    twice = (np.repeat(part, COUNTS, axis=1) for part in (data.X, data.Y))
    kind = ("network", layers, "tanh") if layers else ("logistic",)
    work = workloads.training(*twice, *kind, alpha=0.5, epochs=5)
    apart = 2 * training_bound(work).rad
    hyper, X, Y = vars(work.hyper), data.X, data.Y
    weighted = trained(implementation, work.model, X, Y, work.inputs["theta"], weights=COUNTS, **hyper)
    assert (abs(weighted.theta - work.outputs(implementation)["theta"]) <= apart).all()
    plain = trained(implementation, work.model, X, Y, work.inputs["theta"], **hyper)
    assert (abs(plain.theta - weighted.theta) > apart).any()
