"""The L-layer driver: architecture, parameters, what enters. Training: test_training.py."""

import numpy as np
import pytest

from loopwise import (
    Architecture,
    Neuron,
    errors,
    network_forward,
    network_step,
    train,
)
from loopwise.learning.labels import validate_labels

# === parameters =======================================================================================


def test_data_that_does_not_fit_the_network_is_refused(impl):
    architecture = Architecture((3, 4, 1), ("tanh", "sigmoid"))
    theta, X, Y = np.ones(21), np.ones((3, 5)), np.ones((1, 5))
    with pytest.raises(errors.ShapeError, match=r"X is \(4, 5\); expected \(n\[0\], m\) = \(3, m\)"):
        network_step(impl, architecture, theta, np.ones((4, 5)), Y)
    with pytest.raises(errors.ShapeError, match=r"Y is \(2, 5\); expected \(n\[2\], m\) = \(1, 5\)"):
        network_step(impl, architecture, theta, X, np.ones((2, 5)))
    with pytest.raises(errors.ShapeError, match=r"Y is \(1, 6\); expected \(n\[2\], m\) = \(1, 5\)"):
        network_step(impl, architecture, theta, X, np.ones((1, 6)))


# === data that enters =================================================================================


def test_foreign_data_is_refused_by_name(implementation):
    foreign = np.ones((2, 4)) if implementation.family == "python" else [[1.0] * 4] * 2
    one_unit, theta = Architecture((2, 1), ("sigmoid",)), np.zeros(3)
    Y = implementation.asnative(np.ones((1, 4)))
    for call in (
        lambda: network_forward(implementation, one_unit, theta, foreign),
        lambda: network_step(implementation, one_unit, theta, foreign, Y),
        lambda: train(implementation, one_unit, theta, foreign, Y, alpha=0.1, epochs=1),
        lambda: train(implementation, Neuron("logistic", 2), theta, foreign, Y, alpha=0.1, epochs=1),
    ):
        with pytest.raises(errors.DTypeError, match=r"X is \w+; expected .*, as asnative"):
            call()


def test_a_row_of_labels_is_two_dimensional(implementation):
    X, Y = implementation.asnative(np.ones((2, 4))), implementation.asnative(np.ones(4))
    with pytest.raises(errors.ShapeError, match=r"Y is \(4,\); expected two dimensions"):
        train(implementation, Neuron("logistic", 2), np.zeros(3), X, Y, alpha=0.1, epochs=1)
    with pytest.raises(errors.ShapeError, match=r"Y is \(2,\); expected \(n_y, m\)"):
        validate_labels(np.ones(2))


def test_training_does_not_begin_with_nan(implementation):
    X, Y = implementation.asnative(np.ones((2, 3))), implementation.asnative(np.ones((1, 3)))
    with pytest.raises(errors.NotFiniteError, match="theta has nan; every number must be finite"):
        train(implementation, Neuron("logistic", 2), np.array([0.0, np.nan, 0.0]), X, Y, alpha=0.1, epochs=1)
