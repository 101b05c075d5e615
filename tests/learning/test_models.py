"""Models: neurons beside networks."""

import numpy as np
import pytest
from helpers.trainings import same_state, trained

from loopwise import (
    Architecture,
    Neuron,
    datasets,
    get_implementation,
)


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


def test_logistic_regression_is_a_network_of_one_unit(exact_implementation, flower):
    one_unit = Architecture((2, 1), ("sigmoid",), l2=0.1)
    network, neuron = (
        trained(exact_implementation, model, *flower, np.zeros(3), batch_size=8)
        for model in (one_unit, Neuron("logistic", 2, l2=0.1))
    )
    same_state(network, neuron)


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
