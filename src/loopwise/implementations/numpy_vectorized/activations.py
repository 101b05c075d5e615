"""The lecture's array expressions: every example at once, no loop in sight.

Beside `python_loops.py` this shows what vectorization replaces: `W @ A_prev` stands for three nested loops, `+ b`
is broadcast over the examples, `axis=1, keepdims=True` sums over them and keeps the column. NumPy and BLAS choose
the order of the sums, so results agree up to rounding, within a bound computed from the data.
"""

import numpy as np

from ..interface import CROSS_ENTROPY, SOFTMAX, SQUARED
from .numpy_vectorized_training import (
    adam,
    batch_norm_backward,
    batch_norm_forward,
    batch_norm_predict,
    descend,
    dropout,
    l2_cost,
    l2_gradient,
    momentum,
    rmsprop,
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

# === sums by hand =====================================================================================


def dot(w, x):
    """z = wᵀx."""
    return np.dot(w, x) + 0.0  # a sum of zeros is 0.0, as in the loop that starts there, never -0.0


def matvec(A, v):
    """u = A v."""
    return A @ v


def matmul(A, B):
    """C = A B."""
    return A @ B


# === activations ======================================================================================


def identity(Z):
    return Z.copy()


def step(Z):
    return np.where(Z >= 0, Z.dtype.type(1), Z.dtype.type(0))


def sign(Z):
    return np.where(Z >= 0, Z.dtype.type(1), Z.dtype.type(-1))


def sigmoid(Z):
    """1 / (1 + e^-Z), written so that e^… never overflows."""
    e = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1 / (1 + e), e / (1 + e))


def relu(Z):
    return np.maximum(Z, 0)


def leaky_relu(Z):
    return np.maximum(Z, 0.01 * Z)


def softmax(Z):
    """Each column's e^z, divided by the column's sum; its largest z is taken off first."""
    e = np.exp(Z - Z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def identity_slope(Z):
    return np.ones_like(Z)


def flat_slope(Z):
    return np.zeros_like(Z)


def sigmoid_slope(Z):
    A = sigmoid(Z)
    return A * (1 - A)


def tanh_slope(Z):
    A = np.tanh(Z)
    return 1 - A * A


def leaky_relu_slope(Z):
    return np.where(Z >= 0, Z.dtype.type(1), Z.dtype.type(0.01))


def softmax_slope(Z):
    A = softmax(Z)
    return A * (1 - A)


# In the order of interface.ACTIVATIONS. The slope of relu is the unit step.
G = (identity, step, sign, sigmoid, np.tanh, relu, leaky_relu, softmax)
G_SLOPE = (
    *(identity_slope, flat_slope, flat_slope, sigmoid_slope, tanh_slope),
    *(step, leaky_relu_slope, softmax_slope),
)


def activate(Z, activation):
    """A = g(Z)."""
    return G[activation](Z)


def activation_slope(Z, activation):
    """g'(Z)."""
    return G_SLOPE[activation](Z)


def activation_backward(dA, Z, activation):
    """dZ = dA * g'(Z); a softmax unit also feels what the other units of its example feel."""
    if activation == SOFTMAX:
        A = softmax(Z)
        return A * (dA - (A * dA).sum(axis=0, keepdims=True))
    return dA * activation_slope(Z, activation)


# === losses ===========================================================================================


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


def cost(Z, A, Y, loss, activation):
    """J = 1/m Σ_examples Σ_units loss."""
    m = Y.shape[1]
    if loss == CROSS_ENTROPY and activation == SOFTMAX:
        return softmax_loss(Z, Y).sum() / m
    if loss == CROSS_ENTROPY:
        return logistic_loss(Z, Y).sum() / m
    if loss == SQUARED:
        return squared_loss(A, Y).sum() / m
    return absolute_loss(A, Y).sum() / m


def output_delta(Z, A, Y, loss, activation):
    """The last layer's dZ: A - Y for cross-entropy after sigmoid or softmax."""
    if loss == CROSS_ENTROPY:
        return A - Y
    dA = A - Y if loss == SQUARED else np.sign(A - Y)
    return activation_backward(dA, Z, activation)


# === single neurons ===================================================================================


def perceptron_step(w, b, X, Y):
    """Rosenblatt's rule summed over m examples: the number of errors and gradients dw, db."""
    dZ = step(w.T @ X + b) - Y
    return np.count_nonzero(dZ), X @ dZ.T, dZ.sum()


def adaline_step(w, b, X, Y):
    """The delta rule: cost J = ½ Σ (y - z)² and gradients dw, db over m examples."""
    Z = w.T @ X + b
    dZ = Z - Y
    return squared_loss(Z, Y).sum(), X @ dZ.T, dZ.sum()


# === logistic regression ==============================================================================


def logistic_forward(w, b, X):
    """A = σ(wᵀX + b)."""
    return sigmoid(w.T @ X + b)


def logistic_step(w, b, X, Y):
    """The slide's loop as array expressions: every example at once."""
    m = X.shape[1]
    Z = w.T @ X + b
    dZ = sigmoid(Z) - Y
    return logistic_loss(Z, Y).sum() / m, X @ dZ.T / m, dZ.sum() / m


# === one layer ========================================================================================


def layer_forward(W, b, A_prev, activation):
    """Z = W A_prev + b and A = g(Z)."""
    Z = W @ A_prev + b
    return Z, activate(Z, activation)


def layer_gradient(dZ, A_prev):
    """dW = 1/m dZ A_prevᵀ and db = 1/m Σ dZ."""
    m = A_prev.shape[1]
    return dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m


def layer_backward(dZ, W, A_prev):
    """dA_prev = Wᵀ dZ, and the gradients of the layer's own W and b."""
    dW, db = layer_gradient(dZ, A_prev)
    return W.T @ dZ, dW, db
