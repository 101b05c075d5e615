"""Answers to the exercises in the notebooks, for instructors: with what students often write instead, and why it fails.

Each passes: `loopwise check lectures/instructors/answers.py`. Leave this folder out of what you hand to students.
"""

import numpy as np
from numba import njit

from loopwise.implementations.numpy_vectorized import activate as g
from loopwise.implementations.numpy_vectorized import activation_slope
from loopwise.implementations.numpy_vectorized.activations import sigmoid
from loopwise.interface import IDENTITY, LEAKY_RELU, RELU, SIGMOID, SIGN, SOFTMAX, STEP, TANH

# === 1 · Logistic regression ==========================================================================


def dot(w, x):
    """`z = w[j] * x[j]` keeps the last term alone: right for n = 1, and for nothing else."""
    z = 0.0
    for j in range(len(w)):
        z += w[j] * x[j]
    return z


def logistic_forward(w, b, X):
    """Often `1 - 1 / (1 + exp(Z))`: equal on paper, but small probabilities lose their digits in the subtraction."""
    return 1 / (1 + np.exp(-(w.T @ X + b)))


# === 2 · Vectorization ================================================================================


def matvec(A, v):
    """`for j in range(A.shape[0])` is right for square matrices only."""
    u = np.zeros(A.shape[0])
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            u[i] += A[i, j] * v[j]
    return u


def logistic_step(w, b, X, Y):
    """What was missing: 1/m in both slopes. Without it alpha would have to shrink as the data grows."""
    m = X.shape[1]
    Z = w.T @ X + b
    dZ = sigmoid(Z) - Y
    J = (np.logaddexp(0, Z) - Y * Z).sum() / m
    return J, X @ dZ.T / m, dZ.sum() / m


# === 3 · Shallow networks =============================================================================


def activate(Z, activation):
    """The softmax takes the largest z of each column away first: e^1000 would be infinite, and the quotient NaN."""
    if activation == IDENTITY:
        return Z.copy()
    if activation == STEP:
        return (Z >= 0) * 1.0
    if activation == SIGN:
        return np.where(Z >= 0, 1.0, -1.0)
    if activation == SIGMOID:
        return sigmoid(Z)
    if activation == TANH:
        return np.tanh(Z)
    if activation == RELU:
        return np.maximum(0, Z)
    if activation == LEAKY_RELU:
        return np.maximum(0.01 * Z, Z)
    if activation == SOFTMAX:
        E = np.exp(Z - Z.max(axis=0))
        return E / E.sum(axis=0)
    raise ValueError(activation)


def layer_forward(W, b, A_prev, activation):
    """`b` is a column, and so added to each example; a vector (n,) would be added along the other axis."""
    Z = W @ A_prev + b
    return Z, g(Z, activation)


# === 4 · Deep networks ================================================================================


def layer_backward(dZ, W, A_prev):
    """What was wrong: db is a mean, like dW. Without `keepdims=True` it is no column."""
    m = A_prev.shape[1]
    dW = dZ @ A_prev.T / m
    db = dZ.sum(axis=1, keepdims=True) / m
    return W.T @ dZ, dW, db


def activation_backward(dA, Z, activation):
    """Often `A * (1 - A) * dA`, the diagonal of the softmax's Jacobian: but each output depends on every z."""
    if activation == SOFTMAX:
        A = g(Z, activation)
        return A * (dA - (dA * A).sum(axis=0))
    return dA * activation_slope(Z, activation)


# === 5 · Training =====================================================================================


def momentum(theta, gradient, velocity, alpha, beta):
    """`velocity *= beta` writes into the caller's array: the old velocity is lost, which a resumed run needs."""
    velocity = beta * velocity + (1 - beta) * gradient
    return theta - alpha * velocity, velocity


def l2_gradient(dW, W, l2):
    """The ½ of the penalty cancels against the 2 of the square."""
    return dW + l2 * W


# === 6 · Speed ========================================================================================


@njit
def matmul(A, B):
    """In the order i, k, j, from zeros: rows of B and C are walked along, and the inner loop is vectorized."""
    C = np.zeros((A.shape[0], B.shape[1]))
    for i in range(A.shape[0]):
        for k in range(A.shape[1]):
            for j in range(B.shape[1]):
                C[i, j] += A[i, k] * B[k, j]
    return C
