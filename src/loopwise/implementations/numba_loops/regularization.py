"""Regularization: the L2 penalty and dropout."""

import numpy as np

from ...jit.decorators import njit


@njit
def l2_cost(W, l2):
    """l2/2 ΣΣ W²."""
    real = W.dtype.type
    total = real(0.0)
    for k in range(W.shape[0]):
        for j in range(W.shape[1]):
            total += W[k, j] * W[k, j]
    return 0.5 * l2 * total


@njit
def l2_gradient(dW, W, l2):
    """dW + l2 W."""
    n, n_prev = W.shape
    penalized = np.zeros((n, n_prev), W.dtype)
    for k in range(n):
        for j in range(n_prev):
            penalized[k, j] = dW[k, j] + l2 * W[k, j]
    return penalized


@njit
def dropout(A, D, keep_prob):
    """A * D / keep_prob: what stays is made larger by as much as is missing."""
    n, m = A.shape
    dropped = np.zeros((n, m), A.dtype)
    for k in range(n):
        for i in range(m):
            dropped[k, i] = A[k, i] * D[k, i] / keep_prob
    return dropped
