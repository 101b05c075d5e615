"""Examples in blocks, models for them, and a real cluster of processes."""

from contextlib import contextmanager

import numpy as np
import pytest

from loopwise import Architecture, Neuron, initialize
from loopwise.scale.sums import sums_over
from loopwise.scale.threads import Threads
from loopwise.scale.workers import environment_kept

N_X, M = 5, 203


def examples(n_x=N_X, m=M, n_y=1, seed=0, dtype=np.float64):
    """X, and Y of 0 and 1, one-hot where there are several rows."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n_x, m)).astype(dtype)
    labels = rng.integers(max(2, n_y), size=m)
    Y = labels[None] if n_y == 1 else np.eye(n_y)[:, labels]
    return X, Y.astype(dtype)


# What is trained over blocks: (model, rows of Y).
MODELS = {
    "logistic": (Neuron("logistic", N_X), 1),
    "logistic with L2": (Neuron("logistic", N_X, l2=0.5), 1),
    "adaline": (Neuron("adaline", N_X), 1),
    "perceptron": (Neuron("perceptron", N_X), 1),
    "network": (Architecture((N_X, 4, 3), ("tanh", "softmax")).as_model(), 3),
    "network with L2": (Architecture((N_X, 4, 1), ("relu", "identity"), "squared", l2=0.5).as_model(), 1),
}


def starting_theta(model, dtype=np.float64):
    """Parameters that are no zeros."""
    if isinstance(model, Neuron):
        return np.random.default_rng(1).standard_normal(model.parameter_count).astype(dtype)
    return initialize(model.architecture, "xavier", 1, dtype)


def mapped(folder, array):
    """A map of a file that holds an array."""
    np.save(folder / "X.npy", array)
    return np.load(folder / "X.npy", mmap_mode="r")


@contextmanager
def held(blocks, sums="plain", group=None, threads=2):
    """Sums over blocks in threads of this process."""
    with sums_over(Threads(threads), blocks, sums, group) as over:
        yield over


@contextmanager
def client_of_workers(count):
    """A client of so many workers that are not ours to start."""
    distributed = pytest.importorskip("distributed")
    with (
        environment_kept(),
        distributed.LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client
