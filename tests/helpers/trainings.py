"""Trainings that several test modules look at."""

import numpy as np

from loopwise import (
    Architecture,
    initialize,
    train,
)

NETWORK = Architecture((2, 4, 1), ("tanh", "sigmoid"), l2=1e-3, keep_prob=0.8, batch_norm=True)


def trained(impl, model, X, Y, theta=None, **hyper):
    """A short training run; everything can be set."""
    if theta is None:
        theta = initialize(model, "xavier", 1) if isinstance(model, Architecture) else np.zeros(model.n_x + 1)
    return train(impl, model, theta, impl.asnative(X), impl.asnative(Y), **{"alpha": 0.1, "epochs": 5} | hyper)


def same_state(one, other):
    """Two states with the same bits everywhere."""
    assert one.theta.tobytes() == other.theta.tobytes()
    assert one.statistics.tobytes() == other.statistics.tobytes()
    assert [vector.tobytes() for vector in one.memory] == [vector.tobytes() for vector in other.memory]
    assert (one.costs, one.validation_costs) == (other.costs, other.validation_costs)
    assert (one.epoch, one.step, one.stopped) == (other.epoch, other.step, other.stopped)


def run_of(impl, flower, **others):
    """A run with everything that a state can hold."""
    X, Y = (impl.asnative(part) for part in flower)
    hyper = {"alpha": 0.05, "epochs": 6, "batch_size": 16, "optimizer": "adam", "decay": 0.1, "patience": 4}
    return train(impl, NETWORK, initialize(NETWORK, "xavier", 1), X, Y, **hyper | {"validation": (X, Y)} | others)
