"""Batch normalization: forward, backward, and with the statistics of training."""

from math import sqrt

import numpy as np
from numba import prange

from ...jit.decorators import njit
from .products import row_sums


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
