"""The slide's loops, compiled, continued: regularization, batch normalization and the updates.

The text of `python_loops_training.py` with `@njit` on arrays: `diff` the two, as with `numba_loops.py`.
"""

from math import pow, sqrt

import numpy as np

from ..jit.decorators import njit

__all__ = ["l2_cost", "l2_gradient", "dropout"]
__all__ += ["batch_norm_forward", "batch_norm_backward", "batch_norm_predict"]
__all__ += ["descend", "momentum", "rmsprop", "adam"]

# === regularization ===================================================================================


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


# === batch normalization ==============================================================================


@njit
def batch_norm_forward(Z, gamma, beta, epsilon):
    """Z_hat = (Z - mean) / √(variance + epsilon) and Z_tilde = gamma Z_hat + beta, unit by unit."""
    n, m = Z.shape
    Z_tilde, Z_hat = np.zeros((n, m), Z.dtype), np.zeros((n, m), Z.dtype)
    mean, variance = np.zeros((n, 1), Z.dtype), np.zeros((n, 1), Z.dtype)
    for k in range(n):
        for i in range(m):
            mean[k, 0] += Z[k, i]
        mean[k, 0] /= m
        for i in range(m):
            variance[k, 0] += (Z[k, i] - mean[k, 0]) * (Z[k, i] - mean[k, 0])
        variance[k, 0] /= m
        deviation = sqrt(variance[k, 0] + epsilon)
        for i in range(m):
            Z_hat[k, i] = (Z[k, i] - mean[k, 0]) / deviation
            Z_tilde[k, i] = gamma[k, 0] * Z_hat[k, i] + beta[k, 0]
    return Z_tilde, Z_hat, mean, variance


@njit
def batch_norm_backward(dZ_tilde, Z_hat, gamma, variance, epsilon):
    """dZ through gamma, mean and variance, and the gradients of gamma and beta."""
    n, m = Z_hat.shape
    dZ = np.zeros((n, m), Z_hat.dtype)
    dgamma, dbeta = np.zeros((n, 1), Z_hat.dtype), np.zeros((n, 1), Z_hat.dtype)
    for k in range(n):
        for i in range(m):
            dgamma[k, 0] += dZ_tilde[k, i] * Z_hat[k, i]
            dbeta[k, 0] += dZ_tilde[k, i]
        dgamma[k, 0] /= m
        dbeta[k, 0] /= m
        scale = gamma[k, 0] / sqrt(variance[k, 0] + epsilon)
        for i in range(m):
            dZ[k, i] = scale * (dZ_tilde[k, i] - dbeta[k, 0] - Z_hat[k, i] * dgamma[k, 0])
    return dZ, dgamma, dbeta


@njit
def batch_norm_predict(Z, gamma, beta, mean, variance, epsilon):
    """gamma (Z - mean) / √(variance + epsilon) + beta, with the mean and variance of training."""
    n, m = Z.shape
    Z_tilde = np.zeros((n, m), Z.dtype)
    for k in range(n):
        deviation = sqrt(variance[k, 0] + epsilon)
        for i in range(m):
            Z_tilde[k, i] = gamma[k, 0] * ((Z[k, i] - mean[k, 0]) / deviation) + beta[k, 0]
    return Z_tilde


# === update ===========================================================================================


@njit
def descend(theta, gradient, alpha):
    """theta - alpha * gradient."""
    P = len(theta)
    stepped = np.zeros(P, theta.dtype)
    for p in range(P):
        stepped[p] = theta[p] - alpha * gradient[p]
    return stepped


@njit
def momentum(theta, gradient, velocity, alpha, beta):
    """v = beta v + (1 - beta) gradient; theta - alpha v."""
    P = len(theta)
    stepped, v = np.zeros(P, theta.dtype), np.zeros(P, theta.dtype)
    for p in range(P):
        v[p] = beta * velocity[p] + (1.0 - beta) * gradient[p]
        stepped[p] = theta[p] - alpha * v[p]
    return stepped, v


@njit
def rmsprop(theta, gradient, square, alpha, beta, epsilon):
    """s = beta s + (1 - beta) gradient²; theta - alpha gradient / (√s + epsilon)."""
    P = len(theta)
    stepped, s = np.zeros(P, theta.dtype), np.zeros(P, theta.dtype)
    for p in range(P):
        s[p] = beta * square[p] + (1.0 - beta) * (gradient[p] * gradient[p])
        stepped[p] = theta[p] - alpha * gradient[p] / (sqrt(s[p]) + epsilon)
    return stepped, s


@njit
def adam(theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon):
    """Momentum and RMSprop in one, both corrected for having begun at zero."""
    P = len(theta)
    stepped, v, s = np.zeros(P, theta.dtype), np.zeros(P, theta.dtype), np.zeros(P, theta.dtype)
    correction_1, correction_2 = 1.0 - pow(beta_1, t), 1.0 - pow(beta_2, t)
    for p in range(P):
        v[p] = beta_1 * velocity[p] + (1.0 - beta_1) * gradient[p]
        s[p] = beta_2 * square[p] + (1.0 - beta_2) * (gradient[p] * gradient[p])
        v_hat, s_hat = v[p] / correction_1, s[p] / correction_2
        stepped[p] = theta[p] - alpha * v_hat / (sqrt(s_hat) + epsilon)
    return stepped, v, s
