"""Batch normalization: forward, backward, and with the statistics of training."""

from math import sqrt

import numpy as np

from ...jit.decorators import njit


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
