"""Losses, the cost J over all examples, and the last layer's dZ."""

import numpy as np

from ...interface import CROSS_ENTROPY
from ...jit.matmul.matrix import plain
from .activations import activation_backward
from .elementwise import difference, elementwise_chunks, losses_of_chunk, losses_shared, write_losses
from .thresholds import ELEMENTWISE_THREADS_PAY_FROM_NUMBERS


def cost(Z, A, Y, loss, activation):
    """J = 1/m Σ_examples Σ_units loss."""
    Z, A, Y = plain(Z), plain(A), plain(Y)
    if Z.size < ELEMENTWISE_THREADS_PAY_FROM_NUMBERS:
        return losses_of_chunk(0, 1, Z, A, Y, loss, activation) / Z.dtype.type(Z.shape[1])
    return losses_shared(elementwise_chunks(Z), Z, A, Y, loss, activation) / Z.dtype.type(Z.shape[1])


def example_losses(Z, A, Y, loss, activation):
    """Each example's loss, Σ_units loss."""
    losses = np.empty(Z.shape[1], Z.dtype)
    write_losses(plain(Z), plain(A), plain(Y), loss, activation, losses)
    return losses


def output_delta(Z, A, Y, loss, activation):
    """The last layer's dZ."""
    dA = difference(plain(A), plain(Y), loss)
    return dA if loss == CROSS_ENTROPY else activation_backward(dA, Z, activation)
