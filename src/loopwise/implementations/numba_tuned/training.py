"""Training: whole epochs in one call, where a step is too small for several threads."""

from ...interface import NETWORK
from .network.epochs import network_epochs
from .neuron.epochs import neuron_epochs


def train_epochs(learned, X, Y, order, masks, model, descent):
    """For each epoch, for each batch: forward, backward, update; None where steps had better be called one by one."""
    epochs = network_epochs if model.kind == NETWORK else neuron_epochs
    return epochs(learned, X, Y, order, model, descent)
