"""Updates of the parameters: gradient descent, momentum, RMSprop and Adam."""

from math import pow, sqrt

import numpy as np
from numba import prange

from ...interface import ADAM, DESCENT, MOMENTUM
from ...jit.decorators import njit
from ...jit.matmul.matrix import plain
from .chunks import chunk_count, part_of, shared

# === gradient descent =================================================================================


@njit
def descend_chunk(theta, gradient, alpha, stepped):
    """`descend` for all numbers, or for one chunk."""
    for p in range(len(theta)):
        stepped[p] = theta[p] - alpha * gradient[p]


@njit(parallel=True)
def descend_shared(theta, gradient, alpha, stepped):
    """`descend` on all threads."""
    for chunk in prange(chunk_count(len(theta))):
        part = part_of(chunk, len(theta))
        descend_chunk(theta[part], gradient[part], alpha, stepped[part])


def descend(theta, gradient, alpha):
    """theta - alpha * gradient."""
    stepped = np.empty(theta.shape, theta.dtype)
    kernel = descend_shared if shared(theta) else descend_chunk
    kernel(plain(theta), plain(gradient), alpha, stepped)
    return stepped


# === momentum =========================================================================================


@njit
def momentum_chunk(theta, gradient, velocity, alpha, beta, stepped, v):
    """`momentum` for all numbers, or for one chunk."""
    rest = theta.dtype.type(1.0) - beta
    for p in range(len(theta)):
        v[p] = beta * velocity[p] + rest * gradient[p]
        stepped[p] = theta[p] - alpha * v[p]


@njit(parallel=True)
def momentum_shared(theta, gradient, velocity, alpha, beta, stepped, v):
    """`momentum` on all threads."""
    for chunk in prange(chunk_count(len(theta))):
        part = part_of(chunk, len(theta))
        momentum_chunk(theta[part], gradient[part], velocity[part], alpha, beta, stepped[part], v[part])


def momentum(theta, gradient, velocity, alpha, beta):
    """v = beta v + (1 - beta) gradient; theta - alpha v."""
    stepped, v = np.empty(theta.shape, theta.dtype), np.empty(theta.shape, theta.dtype)
    kernel = momentum_shared if shared(theta) else momentum_chunk
    kernel(plain(theta), plain(gradient), plain(velocity), alpha, beta, stepped, v)
    return stepped, v


# === RMSprop ==========================================================================================


@njit
def rmsprop_chunk(theta, gradient, square, alpha, beta, epsilon, stepped, s):
    """`rmsprop` for all numbers, or for one chunk."""
    rest = theta.dtype.type(1.0) - beta
    for p in range(len(theta)):
        s[p] = beta * square[p] + rest * (gradient[p] * gradient[p])
        stepped[p] = theta[p] - alpha * gradient[p] / (sqrt(s[p]) + epsilon)


@njit(parallel=True)
def rmsprop_shared(theta, gradient, square, alpha, beta, epsilon, stepped, s):
    """`rmsprop` on all threads."""
    for chunk in prange(chunk_count(len(theta))):
        part = part_of(chunk, len(theta))
        rmsprop_chunk(theta[part], gradient[part], square[part], alpha, beta, epsilon, stepped[part], s[part])


def rmsprop(theta, gradient, square, alpha, beta, epsilon):
    """s = beta s + (1 - beta) gradient²; theta - alpha gradient / (√s + epsilon)."""
    stepped, s = np.empty(theta.shape, theta.dtype), np.empty(theta.shape, theta.dtype)
    kernel = rmsprop_shared if shared(theta) else rmsprop_chunk
    kernel(plain(theta), plain(gradient), plain(square), alpha, beta, epsilon, stepped, s)
    return stepped, s


# === Adam =============================================================================================


@njit
def adam_chunk(theta, gradient, velocity, square, settings, stepped, v, s):
    """`adam` for all numbers, or for one chunk; what does not depend on the parameter is divided once."""
    t, alpha, beta_1, beta_2, epsilon = settings
    one = theta.dtype.type(1.0)
    rest_1, rest_2 = one - beta_1, one - beta_2
    correction_1, correction_2 = one / (one - pow(beta_1, t)), one / (one - pow(beta_2, t))
    for p in range(len(theta)):
        v[p] = beta_1 * velocity[p] + rest_1 * gradient[p]
        s[p] = beta_2 * square[p] + rest_2 * (gradient[p] * gradient[p])
        stepped[p] = theta[p] - alpha * (v[p] * correction_1) / (sqrt(s[p] * correction_2) + epsilon)


@njit(parallel=True)
def adam_shared(theta, gradient, velocity, square, settings, stepped, v, s):
    """`adam` on all threads."""
    for chunk in prange(chunk_count(len(theta))):
        part = part_of(chunk, len(theta))
        old_v, old_s = velocity[part], square[part]
        adam_chunk(theta[part], gradient[part], old_v, old_s, settings, stepped[part], v[part], s[part])


def adam(theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon):
    """theta - alpha v̂ / (√ŝ + epsilon): v of momentum and s of RMSprop, both corrected for having begun at zero."""
    stepped, v, s = (np.empty(theta.shape, theta.dtype) for _ in range(3))
    settings = t, alpha, beta_1, beta_2, epsilon
    kernel = adam_shared if shared(theta) else adam_chunk
    kernel(plain(theta), plain(gradient), plain(velocity), plain(square), settings, stepped, v, s)
    return stepped, v, s


# === training =========================================================================================


@njit
def update(before, gradient, t, alpha, descent, after):
    """One step of whichever optimizer, from (theta, velocity, square) before to those after."""
    (theta, velocity, square), (stepped, v, s) = before, after
    real = theta.dtype.type
    beta_1, beta_2, epsilon = real(descent.beta_1), real(descent.beta_2), real(descent.epsilon)
    if descent.optimizer == DESCENT:
        descend_chunk(theta, gradient, alpha, stepped)
    elif descent.optimizer == MOMENTUM:
        momentum_chunk(theta, gradient, velocity, alpha, beta_1, stepped, v)
    elif descent.optimizer == ADAM:
        adam_chunk(theta, gradient, velocity, square, (real(t), alpha, beta_1, beta_2, epsilon), stepped, v, s)
    else:
        rmsprop_chunk(theta, gradient, square, alpha, beta_2, epsilon, stepped, s)
