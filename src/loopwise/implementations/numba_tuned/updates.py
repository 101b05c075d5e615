"""Updates of the parameters: gradient descent, momentum, RMSprop and Adam."""

from math import pow, sqrt

import numpy as np
from numba import prange

from ...jit.decorators import njit
from ...jit.matmul.matrix import plain
from .chunks import bounds, chunk_count
from .thresholds import UPDATE_THREADS_PAY_FROM_NUMBERS


@njit
def descend_chunk(first, last, theta, gradient, alpha, stepped):
    """Some parameters of `descend`."""
    theta, gradient, stepped = theta[first:last], gradient[first:last], stepped[first:last]
    for p in range(len(theta)):
        stepped[p] = theta[p] - alpha * gradient[p]


@njit(parallel=True)
def descend_shared(first, last, theta, gradient, alpha, stepped):
    """`descend_chunk` by chunk."""
    for chunk in prange(chunk_count(last)):
        descend_chunk(*bounds(chunk, last), theta, gradient, alpha, stepped)


def descend(theta, gradient, alpha):
    """theta - alpha * gradient."""
    stepped = np.empty(theta.shape, theta.dtype)
    kernel = descend_shared if theta.size >= UPDATE_THREADS_PAY_FROM_NUMBERS else descend_chunk
    kernel(0, theta.size, plain(theta), plain(gradient), alpha, stepped)
    return stepped


@njit
def momentum_chunk(first, last, theta, gradient, velocity, alpha, beta, stepped, v):
    """Some parameters of `momentum`."""
    theta, gradient, velocity = theta[first:last], gradient[first:last], velocity[first:last]
    stepped, v = stepped[first:last], v[first:last]
    fresh = theta.dtype.type(1.0) - beta
    for p in range(len(theta)):
        v[p] = beta * velocity[p] + fresh * gradient[p]
        stepped[p] = theta[p] - alpha * v[p]


@njit(parallel=True)
def momentum_shared(first, last, theta, gradient, velocity, alpha, beta, stepped, v):
    """`momentum_chunk` by chunk."""
    for chunk in prange(chunk_count(last)):
        momentum_chunk(*bounds(chunk, last), theta, gradient, velocity, alpha, beta, stepped, v)


def momentum(theta, gradient, velocity, alpha, beta):
    """v = beta v + (1 - beta) gradient; theta - alpha v."""
    results = np.empty(theta.shape, theta.dtype), np.empty(theta.shape, theta.dtype)
    kernel = momentum_shared if theta.size >= UPDATE_THREADS_PAY_FROM_NUMBERS else momentum_chunk
    kernel(0, theta.size, plain(theta), plain(gradient), plain(velocity), alpha, beta, *results)
    return results


@njit
def rmsprop_chunk(first, last, theta, gradient, square, alpha, beta, epsilon, stepped, s):
    """Some parameters of `rmsprop`."""
    theta, gradient, square = theta[first:last], gradient[first:last], square[first:last]
    stepped, s = stepped[first:last], s[first:last]
    fresh = theta.dtype.type(1.0) - beta
    for p in range(len(theta)):
        s[p] = beta * square[p] + fresh * (gradient[p] * gradient[p])
        stepped[p] = theta[p] - alpha * gradient[p] / (sqrt(s[p]) + epsilon)


@njit(parallel=True)
def rmsprop_shared(first, last, theta, gradient, square, alpha, beta, epsilon, stepped, s):
    """`rmsprop_chunk` by chunk."""
    for chunk in prange(chunk_count(last)):
        begin, end = bounds(chunk, last)
        rmsprop_chunk(begin, end, theta, gradient, square, alpha, beta, epsilon, stepped, s)


def rmsprop(theta, gradient, square, alpha, beta, epsilon):
    """s = beta s + (1 - beta) gradient²; theta - alpha gradient / (√s + epsilon)."""
    results = np.empty(theta.shape, theta.dtype), np.empty(theta.shape, theta.dtype)
    kernel = rmsprop_shared if theta.size >= UPDATE_THREADS_PAY_FROM_NUMBERS else rmsprop_chunk
    kernel(0, theta.size, plain(theta), plain(gradient), plain(square), alpha, beta, epsilon, *results)
    return results


@njit
def adam_chunk(first, last, theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon, stepped, v, s):
    """Some parameters of `adam`; what does not depend on the parameter is divided once."""
    theta, gradient = theta[first:last], gradient[first:last]
    velocity, square = velocity[first:last], square[first:last]
    stepped, v, s, one = stepped[first:last], v[first:last], s[first:last], theta.dtype.type(1.0)
    fresh_1, fresh_2 = one - beta_1, one - beta_2
    correction_1, correction_2 = one / (one - pow(beta_1, t)), one / (one - pow(beta_2, t))
    for p in range(len(theta)):
        v[p] = beta_1 * velocity[p] + fresh_1 * gradient[p]
        s[p] = beta_2 * square[p] + fresh_2 * (gradient[p] * gradient[p])
        stepped[p] = theta[p] - alpha * (v[p] * correction_1) / (sqrt(s[p] * correction_2) + epsilon)


@njit(parallel=True)
def adam_shared(first, last, theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon, stepped, v, s):
    """`adam_chunk` by chunk."""
    for chunk in prange(chunk_count(last)):
        begin, end = bounds(chunk, last)
        adam_chunk(begin, end, theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon, stepped, v, s)


def adam(theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon):
    """Momentum and RMSprop in one, both corrected for having begun at zero."""
    results = tuple(np.empty(theta.shape, theta.dtype) for _ in range(3))
    arrays = plain(theta), plain(gradient), plain(velocity), plain(square)
    kernel = adam_shared if theta.size >= UPDATE_THREADS_PAY_FROM_NUMBERS else adam_chunk
    kernel(0, theta.size, *arrays, t, alpha, beta_1, beta_2, epsilon, *results)
    return results
