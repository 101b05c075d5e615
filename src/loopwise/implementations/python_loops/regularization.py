"""Regularization: the L2 penalty and dropout."""

from .sums import zeros


def l2_cost(W, l2):
    """l2/2 ΣΣ W²."""
    total = 0.0
    for k in range(len(W)):
        for j in range(len(W[0])):
            total += W[k][j] * W[k][j]
    return 0.5 * l2 * total


def l2_gradient(dW, W, l2):
    """dW + l2 W."""
    n, n_prev = len(W), len(W[0])
    penalized = zeros(n, n_prev)
    for k in range(n):
        for j in range(n_prev):
            penalized[k][j] = dW[k][j] + l2 * W[k][j]
    return penalized


def dropout(A, D, keep_prob):
    """A * D / keep_prob: what stays is made larger by as much as is missing."""
    n, m = len(A), len(A[0])
    dropped = zeros(n, m)
    for k in range(n):
        for i in range(m):
            dropped[k][i] = A[k][i] * D[k][i] / keep_prob
    return dropped
