"""The same sums on every core, continued: regularization, batch normalization and the updates.

As in `numba_parallel.py`, threads share outputs and never the terms of one sum: each task is `numba_loops_training`
on a block of units, of examples or of parameters.
"""

import numpy as np
from numba import prange

from . import numba_loops_training as one_thread
from ._compile import njit
from ._products import blocks_of_examples, examples

__all__ = ["l2_cost", "l2_gradient", "dropout"]
__all__ += ["batch_norm_forward", "batch_norm_backward", "batch_norm_predict"]
__all__ += ["descend", "momentum", "rmsprop", "adam"]

PARAMETERS = 4096  # parameters that one task takes

# === regularization ===================================================================================


@njit
def l2_cost(W, l2):
    """l2/2 ΣΣ W². One output is one sum: nothing here may be shared."""
    return one_thread.l2_cost(W, l2)


@njit(parallel=True)
def l2_gradient(dW, W, l2):
    """dW + l2 W: units share the work."""
    penalized = np.empty(W.shape, W.dtype)
    for k in prange(len(W)):
        for j in range(W.shape[1]):
            penalized[k, j] = dW[k, j] + l2 * W[k, j]
    return penalized


@njit(parallel=True)
def dropout(A, D, keep_prob):
    """A * D / keep_prob."""
    m = A.shape[1]
    dropped = np.empty(A.shape, A.dtype)
    for block in prange(blocks_of_examples(m)):
        i = examples(block, m)
        dropped[:, i] = one_thread.dropout(A[:, i], D[:, i], keep_prob)
    return dropped


# === batch normalization ==============================================================================


@njit(parallel=True)
def batch_norm_forward(Z, gamma, beta, epsilon):
    """Z_hat, Z_tilde, mean and variance: units share the work, examples stay in order."""
    n, m = Z.shape
    Z_tilde, Z_hat = np.empty((n, m), Z.dtype), np.empty((n, m), Z.dtype)
    mean, variance = np.empty((n, 1), Z.dtype), np.empty((n, 1), Z.dtype)
    for unit in prange(n):
        k = slice(unit, unit + 1)
        Z_tilde[k], Z_hat[k], mean[k], variance[k] = one_thread.batch_norm_forward(Z[k], gamma[k], beta[k], epsilon)
    return Z_tilde, Z_hat, mean, variance


@njit(parallel=True)
def batch_norm_backward(dZ_tilde, Z_hat, gamma, variance, epsilon):
    """dZ, dgamma and dbeta: units share the work, examples stay in order."""
    n, m = Z_hat.shape
    dZ = np.empty((n, m), Z_hat.dtype)
    dgamma, dbeta = np.empty((n, 1), Z_hat.dtype), np.empty((n, 1), Z_hat.dtype)
    for unit in prange(n):
        k = slice(unit, unit + 1)
        dZ[k], dgamma[k], dbeta[k] = one_thread.batch_norm_backward(
            dZ_tilde[k], Z_hat[k], gamma[k], variance[k], epsilon
        )
    return dZ, dgamma, dbeta


@njit(parallel=True)
def batch_norm_predict(Z, gamma, beta, mean, variance, epsilon):
    """gamma (Z - mean) / √(variance + epsilon) + beta."""
    m = Z.shape[1]
    Z_tilde = np.empty(Z.shape, Z.dtype)
    for block in prange(blocks_of_examples(m)):
        i = examples(block, m)
        Z_tilde[:, i] = one_thread.batch_norm_predict(Z[:, i], gamma, beta, mean, variance, epsilon)
    return Z_tilde


# === update ===========================================================================================


@njit
def blocks_of_parameters(P):
    """How many tasks share P parameters."""
    return (P + PARAMETERS - 1) // PARAMETERS


@njit
def parameters(block, P):
    """The parameters of one task."""
    return slice(block * PARAMETERS, min(P, (block + 1) * PARAMETERS))


@njit(parallel=True)
def descend(theta, gradient, alpha):
    """theta - alpha * gradient."""
    P = len(theta)
    stepped = np.empty(P, theta.dtype)
    for block in prange(blocks_of_parameters(P)):
        p = parameters(block, P)
        stepped[p] = one_thread.descend(theta[p], gradient[p], alpha)
    return stepped


@njit(parallel=True)
def momentum(theta, gradient, velocity, alpha, beta):
    """v = beta v + (1 - beta) gradient; theta - alpha v."""
    P = len(theta)
    stepped, v = np.empty(P, theta.dtype), np.empty(P, theta.dtype)
    for block in prange(blocks_of_parameters(P)):
        p = parameters(block, P)
        stepped[p], v[p] = one_thread.momentum(theta[p], gradient[p], velocity[p], alpha, beta)
    return stepped, v


@njit(parallel=True)
def rmsprop(theta, gradient, square, alpha, beta, epsilon):
    """s = beta s + (1 - beta) gradient²; theta - alpha gradient / (√s + epsilon)."""
    P = len(theta)
    stepped, s = np.empty(P, theta.dtype), np.empty(P, theta.dtype)
    for block in prange(blocks_of_parameters(P)):
        p = parameters(block, P)
        stepped[p], s[p] = one_thread.rmsprop(theta[p], gradient[p], square[p], alpha, beta, epsilon)
    return stepped, s


@njit(parallel=True)
def adam(theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon):
    """Momentum and RMSprop in one, both corrected for having begun at zero."""
    P = len(theta)
    stepped, v, s = np.empty(P, theta.dtype), np.empty(P, theta.dtype), np.empty(P, theta.dtype)
    for block in prange(blocks_of_parameters(P)):
        p = parameters(block, P)
        stepped[p], v[p], s[p] = one_thread.adam(
            theta[p], gradient[p], velocity[p], square[p], t, alpha, beta_1, beta_2, epsilon
        )
    return stepped, v, s
