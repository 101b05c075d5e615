"""The slide, continued: regularization, batch normalization and the updates. Still loops over lists.

The second half of `python_loops.py`, under the same rules; `numba_loops_training.py` is this text compiled.
"""

from math import pow, sqrt

__all__ = ["l2_cost", "l2_gradient", "dropout"]
__all__ += ["batch_norm_forward", "batch_norm_backward", "batch_norm_predict"]
__all__ += ["descend", "momentum", "rmsprop", "adam"]


def zeros(n, m):
    """An n × m matrix of zeros."""
    return [[0.0] * m for _ in range(n)]


# === regularization ===================================================================================


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


# === batch normalization ==============================================================================


def batch_norm_forward(Z, gamma, beta, epsilon):
    """Z_hat = (Z - mean) / √(variance + epsilon) and Z_tilde = gamma Z_hat + beta, unit by unit."""
    n, m = len(Z), len(Z[0])
    Z_tilde, Z_hat, mean, variance = zeros(n, m), zeros(n, m), zeros(n, 1), zeros(n, 1)
    for k in range(n):
        for i in range(m):
            mean[k][0] += Z[k][i]
        mean[k][0] /= m
        for i in range(m):
            variance[k][0] += (Z[k][i] - mean[k][0]) * (Z[k][i] - mean[k][0])
        variance[k][0] /= m
        deviation = sqrt(variance[k][0] + epsilon)
        for i in range(m):
            Z_hat[k][i] = (Z[k][i] - mean[k][0]) / deviation
            Z_tilde[k][i] = gamma[k][0] * Z_hat[k][i] + beta[k][0]
    return Z_tilde, Z_hat, mean, variance


def batch_norm_backward(dZ_tilde, Z_hat, gamma, variance, epsilon):
    """dZ through gamma, mean and variance, and the gradients of gamma and beta."""
    n, m = len(Z_hat), len(Z_hat[0])
    dZ, dgamma, dbeta = zeros(n, m), zeros(n, 1), zeros(n, 1)
    for k in range(n):
        for i in range(m):
            dgamma[k][0] += dZ_tilde[k][i] * Z_hat[k][i]
            dbeta[k][0] += dZ_tilde[k][i]
        dgamma[k][0] /= m
        dbeta[k][0] /= m
        scale = gamma[k][0] / sqrt(variance[k][0] + epsilon)
        for i in range(m):
            dZ[k][i] = scale * (dZ_tilde[k][i] - dbeta[k][0] - Z_hat[k][i] * dgamma[k][0])
    return dZ, dgamma, dbeta


def batch_norm_predict(Z, gamma, beta, mean, variance, epsilon):
    """gamma (Z - mean) / √(variance + epsilon) + beta, with the mean and variance of training."""
    n, m = len(Z), len(Z[0])
    Z_tilde = zeros(n, m)
    for k in range(n):
        deviation = sqrt(variance[k][0] + epsilon)
        for i in range(m):
            Z_tilde[k][i] = gamma[k][0] * ((Z[k][i] - mean[k][0]) / deviation) + beta[k][0]
    return Z_tilde


# === update ===========================================================================================


def descend(theta, gradient, alpha):
    """theta - alpha * gradient."""
    P = len(theta)
    stepped = [0.0] * P
    for p in range(P):
        stepped[p] = theta[p] - alpha * gradient[p]
    return stepped


def momentum(theta, gradient, velocity, alpha, beta):
    """v = beta v + (1 - beta) gradient; theta - alpha v."""
    P = len(theta)
    stepped, v = [0.0] * P, [0.0] * P
    for p in range(P):
        v[p] = beta * velocity[p] + (1.0 - beta) * gradient[p]
        stepped[p] = theta[p] - alpha * v[p]
    return stepped, v


def rmsprop(theta, gradient, square, alpha, beta, epsilon):
    """s = beta s + (1 - beta) gradient²; theta - alpha gradient / (√s + epsilon)."""
    P = len(theta)
    stepped, s = [0.0] * P, [0.0] * P
    for p in range(P):
        s[p] = beta * square[p] + (1.0 - beta) * (gradient[p] * gradient[p])
        stepped[p] = theta[p] - alpha * gradient[p] / (sqrt(s[p]) + epsilon)
    return stepped, s


def adam(theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon):
    """Momentum and RMSprop in one, both corrected for having begun at zero."""
    P = len(theta)
    stepped, v, s = [0.0] * P, [0.0] * P, [0.0] * P
    correction_1, correction_2 = 1.0 - pow(beta_1, t), 1.0 - pow(beta_2, t)
    for p in range(P):
        v[p] = beta_1 * velocity[p] + (1.0 - beta_1) * gradient[p]
        s[p] = beta_2 * square[p] + (1.0 - beta_2) * (gradient[p] * gradient[p])
        v_hat, s_hat = v[p] / correction_1, s[p] / correction_2
        stepped[p] = theta[p] - alpha * v_hat / (sqrt(s_hat) + epsilon)
    return stepped, v, s
