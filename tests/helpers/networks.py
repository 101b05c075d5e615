"""Networks on drawn data."""

from loopwise import get_implementation, workloads
from loopwise.datasets import one_hot, synthetic
from loopwise.interface import ACTIVATIONS

# Of hidden layers: with a slope to learn by, and for each unit by itself.
HIDDEN = tuple(name for name in ACTIVATIONS if name not in ("step", "sign", "softmax"))
TUNED = get_implementation("numba_tuned")


def network(layers, n_x, m, activation="tanh", loss="cross_entropy", seed=0):
    """A network on drawn data, as wide as wanted."""
    classes = max(2, layers[-1])
    X, labels, _ = synthetic(m, n_x, classes, seed=seed)
    return workloads.network(X, one_hot(labels, classes)[: layers[-1]], layers, activation, loss, seed=seed)
