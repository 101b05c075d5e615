"""Updates of the parameters: gradient descent, momentum, RMSprop and Adam."""

from math import pow, sqrt

import numpy as np
from numba import prange

from ...jit.decorators import njit


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
