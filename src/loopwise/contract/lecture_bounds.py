"""The rounding bounds of the lecture's own forms, where they lose digits that the interface's forms keep.

The lecture writes `tanh z = (e^z − e^−z)/(e^z + e^−z)`: near 0 the difference is off by what both are off, a few units
in the last place of 1. It writes `−(y log a + (1−y) log(1−a))` and `dA = −y/a + (1−y)/(1−a)`: where a comes near 1,
1 − a has few digits left, and what a is off by, `rad`, is off by `rad/(1−a)` in the logarithm and in the quotient.
A function that computes what the lecture writes is right within these bounds, which are derived as those of
`rounding_bounds` are; it is right, but not as exact as it could be.
"""

import numpy as np

from ..interface import CROSS_ENTROPY, SIGMOID, SOFTMAX, TANH
from . import rounding_bounds
from .rounding_bounds import (  # all other operations are as they are there
    FUNCTION,
    Ball,
    adaline_step,
    adam,
    batch_norm_backward,
    batch_norm_forward,
    batch_norm_predict,
    descend,
    dot,
    dropout,
    exact,
    gamma,
    l2_cost,
    l2_gradient,
    layer_backward,
    layer_gradient,
    logistic_forward,
    matmul,
    matvec,
    momentum,
    perceptron_step,
    rmsprop,
    rounded,
    sigmoid,
)

__all__ = ["dot", "matvec", "matmul"]
__all__ += ["activate", "activation_slope", "activation_backward"]
__all__ += ["cost", "output_delta"]
__all__ += ["perceptron_step", "adaline_step"]
__all__ += ["logistic_forward", "logistic_step"]
__all__ += ["layer_forward", "layer_gradient", "layer_backward"]
__all__ += ["l2_cost", "l2_gradient", "dropout"]
__all__ += ["batch_norm_forward", "batch_norm_backward", "batch_norm_predict"]
__all__ += ["descend", "momentum", "rmsprop", "adam"]


def log(A):
    """log a: the mean value theorem, `rad / (a − rad)`, and a function's rounding."""
    with np.errstate(divide="ignore", invalid="ignore"):
        carried = A.rad / np.maximum(A.mid - A.rad, 0)
        return rounded(np.log(A.mid), carried, A.u, times=FUNCTION)


def activate(Z, activation):
    A = rounding_bounds.activate(Z, activation)
    if activation != TANH:
        return A
    # Both exponentials, the difference, the sum and the quotient; the difference's error is a share of the sum.
    return Ball(A.mid, A.rad + gamma(2 * FUNCTION + 3, Z.u), A.u)


def activation_slope(Z, activation):
    if activation != TANH:
        return rounding_bounds.activation_slope(Z, activation)
    A = activate(Z, activation)
    return exact(np.ones_like(A.mid), A.u) - A * A


def activation_backward(dA, Z, activation):
    if activation == SOFTMAX:
        return rounding_bounds.activation_backward(dA, Z, activation)
    return dA * activation_slope(Z, activation)


def layer_forward(W, b, A_prev, activation):
    Z, _ = rounding_bounds.layer_forward(W, b, A_prev, activation)
    return Z, activate(Z, activation)


def times_label(Y, ball):
    """y · x, where a label of 0 takes nothing of x."""
    kept = Y.mid != 0
    product = Y * Ball(np.where(kept, ball.mid, 0.0), np.where(kept, ball.rad, 0.0), ball.u)
    return Ball(np.where(kept, product.mid, 0.0), np.where(kept, product.rad, 0.0), ball.u)


def losses_of(A, Y, activation):
    """−(y log a + (1−y) log(1−a)) after a sigmoid, −y log a after softmax."""
    one = exact(np.ones_like(A.mid), A.u)
    losses = times_label(Y, log(A))
    if activation == SIGMOID:
        losses = losses + times_label(one - Y, log(one - A))
    return Ball(-losses.mid, losses.rad, losses.u)


def cost(Z, A, Y, loss, activation):
    if loss != CROSS_ENTROPY:
        return rounding_bounds.cost(Z, A, Y, loss, activation)
    # A comes exact from outside, or as what a function may return for Z: the wider of the two holds for both.
    A = Ball(A.mid, np.maximum(A.rad, activate(Z, activation).rad), A.u)
    return losses_of(A, Y, activation).sum() / Y.mid.shape[1]


def output_delta(Z, A, Y, loss, activation):
    if loss != CROSS_ENTROPY or activation == SOFTMAX:
        return rounding_bounds.output_delta(Z, A, Y, loss, activation)
    A = Ball(A.mid, np.maximum(A.rad, activate(Z, activation).rad), A.u)
    one = exact(np.ones_like(A.mid), A.u)
    dA = (one - Y) / (one - A) - Y / A
    return dA * (A * (one - A))


def logistic_step(w, b, X, Y):
    A = sigmoid(w.T @ X + b)
    J = losses_of(A, Y, SIGMOID).sum() / Y.mid.shape[1]
    return J, *rounding_bounds.logistic_step(w, b, X, Y)[1:]
