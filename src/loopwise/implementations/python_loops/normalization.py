"""Batch normalization: forward, backward, and with the statistics of training."""

from math import sqrt

from .sums import zeros


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
