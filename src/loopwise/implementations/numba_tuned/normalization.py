"""Batch normalization: forward, backward, and with the statistics of training."""

from math import sqrt

import numpy as np
from numba import prange

from ...jit.decorators import njit
from .chunks import row_by_row, shared, slice_of_unit
from .reductions import products_of, squares_of, sum_of


@njit
def batch_norm_forward_chunk(Z, gamma, beta, epsilon, Z_tilde, Z_hat, mean, variance):
    """Some units, one after the other: a unit's examples are read three times, from memory only once."""
    real, m = Z.dtype.type, Z.shape[1]
    for k in range(len(Z)):
        z, z_hat, z_tilde, g, b = Z[k], Z_hat[k], Z_tilde[k], gamma[k, 0], beta[k, 0]
        centre = real(sum_of(z) / m)
        spread = real(squares_of(z, centre) / m)
        narrower = real(1.0) / sqrt(spread + epsilon)
        for i in range(len(z)):
            z_hat[i] = (z[i] - centre) * narrower
            z_tilde[i] = g * z_hat[i] + b
        mean[k, 0], variance[k, 0] = centre, spread


@njit(parallel=True)
def batch_norm_forward_shared(Z, gamma, beta, epsilon, Z_tilde, Z_hat, mean, variance):
    """`batch_norm_forward` on all threads, unit by unit."""
    for k in prange(len(Z)):
        unit = slice_of_unit(k)
        z, g, b, z_tilde, z_hat = Z[unit], gamma[unit], beta[unit], Z_tilde[unit], Z_hat[unit]
        batch_norm_forward_chunk(z, g, b, epsilon, z_tilde, z_hat, mean[unit], variance[unit])


def batch_norm_forward(Z, gamma, beta, epsilon):
    """Z_hat = (Z - mean) / √(variance + epsilon) and Z_tilde = gamma Z_hat + beta, unit by unit."""
    Z, gamma, beta = row_by_row(Z, gamma, beta)
    Z_tilde, Z_hat, mean, variance = np.empty_like(Z), np.empty_like(Z), np.empty_like(gamma), np.empty_like(gamma)
    kernel = batch_norm_forward_shared if shared(Z) else batch_norm_forward_chunk
    kernel(Z, gamma, beta, epsilon, Z_tilde, Z_hat, mean, variance)
    return Z_tilde, Z_hat, mean, variance


@njit
def batch_norm_backward_chunk(dZ_tilde, Z_hat, gamma, variance, epsilon, dZ, dgamma, dbeta):
    """Some units, one after the other: both sums in one pass, dZ in a second that finds its numbers in the cache."""
    real, m = Z_hat.dtype.type, Z_hat.shape[1]
    for k in range(len(Z_hat)):
        dz_tilde, z_hat, dz = dZ_tilde[k], Z_hat[k], dZ[k]
        products, total = products_of(dz_tilde, z_hat)
        dg, db = real(products / m), real(total / m)
        scale = gamma[k, 0] / sqrt(variance[k, 0] + epsilon)
        for i in range(len(dz)):
            dz[i] = scale * (dz_tilde[i] - db - z_hat[i] * dg)
        dgamma[k, 0], dbeta[k, 0] = dg, db


@njit(parallel=True)
def batch_norm_backward_shared(dZ_tilde, Z_hat, gamma, variance, epsilon, dZ, dgamma, dbeta):
    """`batch_norm_backward` on all threads, unit by unit."""
    for k in prange(len(Z_hat)):
        unit = slice_of_unit(k)
        dz, dg, db = dZ[unit], dgamma[unit], dbeta[unit]
        batch_norm_backward_chunk(dZ_tilde[unit], Z_hat[unit], gamma[unit], variance[unit], epsilon, dz, dg, db)


def batch_norm_backward(dZ_tilde, Z_hat, gamma, variance, epsilon):
    """dZ through gamma, mean and variance, and the gradients of gamma and beta."""
    dZ_tilde, Z_hat, gamma, variance = row_by_row(dZ_tilde, Z_hat, gamma, variance)
    dZ, dgamma, dbeta = np.empty_like(Z_hat), np.empty_like(gamma), np.empty_like(gamma)
    kernel = batch_norm_backward_shared if shared(Z_hat) else batch_norm_backward_chunk
    kernel(dZ_tilde, Z_hat, gamma, variance, epsilon, dZ, dgamma, dbeta)
    return dZ, dgamma, dbeta


@njit
def batch_norm_predict_chunk(Z, gamma, beta, mean, variance, epsilon, Z_tilde):
    """Some units; the mean and the spread of each are looked up once."""
    real = Z.dtype.type
    for k in range(len(Z)):
        z, z_tilde, g, b, centre = Z[k], Z_tilde[k], gamma[k, 0], beta[k, 0], mean[k, 0]
        narrower = real(1.0) / sqrt(variance[k, 0] + epsilon)
        for i in range(len(z)):
            z_tilde[i] = g * ((z[i] - centre) * narrower) + b


@njit(parallel=True)
def batch_norm_predict_shared(Z, gamma, beta, mean, variance, epsilon, Z_tilde):
    """`batch_norm_predict` on all threads, unit by unit."""
    for k in prange(len(Z)):
        unit = slice_of_unit(k)
        z, g, b = Z[unit], gamma[unit], beta[unit]
        batch_norm_predict_chunk(z, g, b, mean[unit], variance[unit], epsilon, Z_tilde[unit])


def batch_norm_predict(Z, gamma, beta, mean, variance, epsilon):
    """gamma (Z - mean) / √(variance + epsilon) + beta, with the mean and variance of training."""
    Z, gamma, beta, mean, variance = row_by_row(Z, gamma, beta, mean, variance)
    Z_tilde = np.empty_like(Z)
    kernel = batch_norm_predict_shared if shared(Z) else batch_norm_predict_chunk
    kernel(Z, gamma, beta, mean, variance, epsilon, Z_tilde)
    return Z_tilde
