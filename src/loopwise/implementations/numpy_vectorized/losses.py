"""Losses, the cost J over all examples, and the last layer's dZ."""

import numpy as np

from ...interface import CROSS_ENTROPY, SOFTMAX, SQUARED
from .activations import activation_backward


def absolute_loss(A, Y):
    return np.abs(A - Y)


def squared_loss(A, Y):
    return 0.5 * (A - Y) * (A - Y)


def logistic_loss(Z, Y):
    """-(Y log A + (1 - Y) log(1 - A)) with A = sigmoid(Z), from Z: finite however large Z is."""
    return np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))


def softmax_loss(Z, Y):
    """-Y log A with A = softmax(Z), from Z."""
    below_top = Z.max(axis=0, keepdims=True) - Z
    return Y * (below_top + np.log(np.exp(-below_top).sum(axis=0, keepdims=True)))


def losses_of_units(Z, A, Y, loss, activation):
    """The loss of each unit and example."""
    if loss == CROSS_ENTROPY and activation == SOFTMAX:
        return softmax_loss(Z, Y)
    if loss == CROSS_ENTROPY:
        return logistic_loss(Z, Y)
    if loss == SQUARED:
        return squared_loss(A, Y)
    return absolute_loss(A, Y)


def cost(Z, A, Y, loss, activation):
    """J = 1/m Σ_examples Σ_units loss."""
    m = Y.shape[1]
    return losses_of_units(Z, A, Y, loss, activation).sum() / m


def example_losses(Z, A, Y, loss, activation):
    """Each example's loss, Σ_units loss."""
    return losses_of_units(Z, A, Y, loss, activation).sum(axis=0)


def output_delta(Z, A, Y, loss, activation):
    """The last layer's dZ: A - Y for cross-entropy after sigmoid or softmax."""
    if loss == CROSS_ENTROPY:
        return A - Y
    dA = A - Y if loss == SQUARED else np.sign(A - Y)
    return activation_backward(dA, Z, activation)
