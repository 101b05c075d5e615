"""Optimizers in training."""

import numpy as np
import pytest
from helpers.trainings import NETWORK, same_state, trained

from loopwise import (
    Neuron,
    get_implementation,
)
from loopwise.learning.optimizers import OPTIMIZERS


@pytest.mark.parametrize("batch_size", [None, 16, 2])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_has_the_slides_bits(exact_implementation, flower, optimizer, batch_size):
    X, Y = (part[:, :30] for part in flower)
    runs = [
        trained(impl, NETWORK, X, Y, epochs=50 if batch_size is None else 4, optimizer=optimizer, batch_size=batch_size)
        for impl in (get_implementation("python_loops"), exact_implementation)
    ]
    same_state(*runs)


def test_decay_divides_alpha(impl):
    # One example, x = 1, Adaline without its bias's pull: compare with α/(1 + ½e) by hand.
    X, Y = np.array([[1.0]]), np.array([[1.0]])
    state = trained(impl, Neuron("adaline", 1), X, Y, alpha=0.25, epochs=2, decay=0.5)
    # e = 0: dz = −1, w = b = ¼. e = 1: α = ¼/1½ = 1/6, z = ½, dz = −½, w = ¼ + 1/12.
    assert state.theta.tolist() == [0.25 + 0.25 / 1.5 * 0.5] * 2
