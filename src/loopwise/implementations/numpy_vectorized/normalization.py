"""Batch normalization: forward, backward, and with the statistics of training."""

import numpy as np


def batch_norm_forward(Z, gamma, beta, epsilon):
    """Z_hat = (Z - mean) / √(variance + epsilon) and Z_tilde = gamma Z_hat + beta, over the examples."""
    mean = Z.mean(axis=1, keepdims=True)
    variance = ((Z - mean) ** 2).mean(axis=1, keepdims=True)
    Z_hat = (Z - mean) / np.sqrt(variance + epsilon)
    return gamma * Z_hat + beta, Z_hat, mean, variance


def batch_norm_backward(dZ_tilde, Z_hat, gamma, variance, epsilon):
    """dZ through gamma, mean and variance, and the gradients of gamma and beta."""
    dgamma = (dZ_tilde * Z_hat).mean(axis=1, keepdims=True)
    dbeta = dZ_tilde.mean(axis=1, keepdims=True)
    return gamma / np.sqrt(variance + epsilon) * (dZ_tilde - dbeta - Z_hat * dgamma), dgamma, dbeta


def batch_norm_predict(Z, gamma, beta, mean, variance, epsilon):
    """gamma (Z - mean) / √(variance + epsilon) + beta, with the mean and variance of training."""
    return gamma * ((Z - mean) / np.sqrt(variance + epsilon)) + beta
