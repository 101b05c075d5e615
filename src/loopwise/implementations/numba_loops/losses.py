"""Losses, the cost J over all examples, and the last layer's dZ."""

from math import exp, log, log1p

import numpy as np

from ...interface import CROSS_ENTROPY, SOFTMAX, SQUARED
from ...jit.decorators import njit
from .activations import activation_backward, largest


@njit
def absolute_loss(a, y):
    return abs(a - y)


@njit
def squared_loss(a, y):
    return 0.5 * (a - y) * (a - y)


@njit
def logistic_loss(z, y):
    """-(y log a + (1 - y) log(1 - a)) with a = sigmoid(z), from z: finite however large z is."""
    return (z if z >= 0.0 else 0.0) - z * y + log1p(exp(-abs(z)))


@njit
def example_loss(Z, A, Y, i, loss, activation):
    """Σ_units loss of example i."""
    n, total = len(Y), 0.0
    if loss == CROSS_ENTROPY and activation == SOFTMAX:
        top = largest(Z, i)
        log_total = log_sum_exp(Z, i, top)
        for k in range(n):
            total += Y[k, i] * (top - Z[k, i] + log_total)
    elif loss == CROSS_ENTROPY:
        for k in range(n):
            total += logistic_loss(Z[k, i], Y[k, i])
    elif loss == SQUARED:
        for k in range(n):
            total += squared_loss(A[k, i], Y[k, i])
    else:
        for k in range(n):
            total += absolute_loss(A[k, i], Y[k, i])
    return total


@njit
def log_sum_exp(Z, i, top):
    """log Σ_k e^(z_k - top) of example i."""
    total = 0.0
    for k in range(len(Z)):
        total += exp(Z[k, i] - top)
    return log(total)


@njit
def cost(Z, A, Y, loss, activation):
    """J = 1/m Σ_examples Σ_units loss."""
    m = Y.shape[1]
    real = Z.dtype.type
    J = real(0.0)
    for i in range(m):
        J += real(example_loss(Z, A, Y, i, loss, activation))
    return J / m


@njit
def example_losses(Z, A, Y, loss, activation):
    """Each example's loss, Σ_units loss."""
    m = Y.shape[1]
    losses = np.zeros(m, Z.dtype)
    for i in range(m):
        losses[i] = example_loss(Z, A, Y, i, loss, activation)
    return losses


@njit
def output_delta(Z, A, Y, loss, activation):
    """The last layer's dZ: A - Y for cross-entropy after sigmoid or softmax."""
    n, m = Y.shape
    dA = np.zeros((n, m), Z.dtype)
    for k in range(n):
        for i in range(m):
            error = A[k, i] - Y[k, i]
            if loss == SQUARED or loss == CROSS_ENTROPY:
                dA[k, i] = error
            elif error > 0.0:
                dA[k, i] = 1.0
            elif error < 0.0:
                dA[k, i] = -1.0
    if loss == CROSS_ENTROPY:
        return dA
    return activation_backward(dA, Z, activation)
