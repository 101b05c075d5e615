"""The same sums on every core, continued: regularization, batch normalization and the updates.

The text of `numba_loops_training.py` with `prange` where outputs are independent: units share the work, or parameters
do, and each unit's sum runs over its examples in the slide's order, eight units at once.
"""

from math import pow, sqrt

import numpy as np
from numba import prange

from ..jit.decorators import njit
from . import numba_loops_training as one_thread
from ._products import row_sums

__all__ = ["l2_cost", "l2_gradient", "dropout"]
__all__ += ["batch_norm_forward", "batch_norm_backward", "batch_norm_predict"]
__all__ += ["descend", "momentum", "rmsprop", "adam"]

# === regularization ===================================================================================


@njit
def l2_cost(W, l2):
    """l2/2 ΣΣ W². One output is one sum: nothing here may be shared."""
    return one_thread.l2_cost(W, l2)


@njit(parallel=True)
def l2_gradient(dW, W, l2):
    """dW + l2 W."""
    n, n_prev = W.shape
    penalized = np.empty((n, n_prev), W.dtype)
    for k in prange(n):
        for j in range(n_prev):
            penalized[k, j] = dW[k, j] + l2 * W[k, j]
    return penalized


@njit(parallel=True)
def dropout(A, D, keep_prob):
    """A * D / keep_prob: what stays is made larger by as much as is missing."""
    n, m = A.shape
    dropped = np.empty((n, m), A.dtype)
    for k in prange(n):
        for i in range(m):
            dropped[k, i] = A[k, i] * D[k, i] / keep_prob
    return dropped


# === batch normalization ==============================================================================


@njit(parallel=True)
def batch_norm_forward(Z, gamma, beta, epsilon):
    """Z_hat = (Z - mean) / √(variance + epsilon) and Z_tilde = gamma Z_hat + beta, unit by unit."""
    n, m = Z.shape
    Z_tilde, Z_hat, squares = np.empty((n, m), Z.dtype), np.empty((n, m), Z.dtype), np.empty((n, m), Z.dtype)
    mean = row_sums(Z)
    for k in prange(n):
        mean[k] /= m
        for i in range(m):
            squares[k, i] = (Z[k, i] - mean[k]) * (Z[k, i] - mean[k])
    variance = row_sums(squares)
    for k in prange(n):
        variance[k] /= m
        deviation = sqrt(variance[k] + epsilon)
        for i in range(m):
            Z_hat[k, i] = (Z[k, i] - mean[k]) / deviation
            Z_tilde[k, i] = gamma[k, 0] * Z_hat[k, i] + beta[k, 0]
    return Z_tilde, Z_hat, mean.reshape(n, 1), variance.reshape(n, 1)


@njit(parallel=True)
def batch_norm_backward(dZ_tilde, Z_hat, gamma, variance, epsilon):
    """dZ through gamma, mean and variance, and the gradients of gamma and beta."""
    n, m = Z_hat.shape
    dZ, terms = np.empty((n, m), Z_hat.dtype), np.empty((n, m), Z_hat.dtype)
    for k in prange(n):
        for i in range(m):
            terms[k, i] = dZ_tilde[k, i] * Z_hat[k, i]
    dgamma, dbeta = row_sums(terms), row_sums(dZ_tilde)
    for k in prange(n):
        dgamma[k] /= m
        dbeta[k] /= m
        scale = gamma[k, 0] / sqrt(variance[k, 0] + epsilon)
        for i in range(m):
            dZ[k, i] = scale * (dZ_tilde[k, i] - dbeta[k] - Z_hat[k, i] * dgamma[k])
    return dZ, dgamma.reshape(n, 1), dbeta.reshape(n, 1)


@njit(parallel=True)
def batch_norm_predict(Z, gamma, beta, mean, variance, epsilon):
    """gamma (Z - mean) / √(variance + epsilon) + beta, with the mean and variance of training."""
    n, m = Z.shape
    Z_tilde = np.empty((n, m), Z.dtype)
    for k in prange(n):
        deviation = sqrt(variance[k, 0] + epsilon)
        for i in range(m):
            Z_tilde[k, i] = gamma[k, 0] * ((Z[k, i] - mean[k, 0]) / deviation) + beta[k, 0]
    return Z_tilde


# === update ===========================================================================================


@njit(parallel=True)
def descend(theta, gradient, alpha):
    """theta - alpha * gradient."""
    P = len(theta)
    stepped = np.empty(P, theta.dtype)
    for p in prange(P):
        stepped[p] = theta[p] - alpha * gradient[p]
    return stepped


@njit(parallel=True)
def momentum(theta, gradient, velocity, alpha, beta):
    """v = beta v + (1 - beta) gradient; theta - alpha v."""
    P = len(theta)
    stepped, v = np.empty(P, theta.dtype), np.empty(P, theta.dtype)
    for p in prange(P):
        v[p] = beta * velocity[p] + (1.0 - beta) * gradient[p]
        stepped[p] = theta[p] - alpha * v[p]
    return stepped, v


@njit(parallel=True)
def rmsprop(theta, gradient, square, alpha, beta, epsilon):
    """s = beta s + (1 - beta) gradient²; theta - alpha gradient / (√s + epsilon)."""
    P = len(theta)
    stepped, s = np.empty(P, theta.dtype), np.empty(P, theta.dtype)
    for p in prange(P):
        s[p] = beta * square[p] + (1.0 - beta) * (gradient[p] * gradient[p])
        stepped[p] = theta[p] - alpha * gradient[p] / (sqrt(s[p]) + epsilon)
    return stepped, s


@njit(parallel=True)
def adam(theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon):
    """Momentum and RMSprop in one, both corrected for having begun at zero."""
    P = len(theta)
    stepped, v, s = np.empty(P, theta.dtype), np.empty(P, theta.dtype), np.empty(P, theta.dtype)
    correction_1, correction_2 = 1.0 - pow(beta_1, t), 1.0 - pow(beta_2, t)
    for p in prange(P):
        v[p] = beta_1 * velocity[p] + (1.0 - beta_1) * gradient[p]
        s[p] = beta_2 * square[p] + (1.0 - beta_2) * (gradient[p] * gradient[p])
        v_hat, s_hat = v[p] / correction_1, s[p] / correction_2
        stepped[p] = theta[p] - alpha * v_hat / (sqrt(s_hat) + epsilon)
    return stepped, v, s
