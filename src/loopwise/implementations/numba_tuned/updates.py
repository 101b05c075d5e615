"""As fast as the machine allows, continued: regularization, batch normalization and the updates.

There is little to compute here and much to move, so each operation reads every number once and writes every number
once: where array expressions make an array for each intermediate result, one loop keeps it in a register.

- Every operation is a kernel for a part of the work, `…_part(first, last, …)`: some parameters, some units. Where there
  is much to do, `…_shared` gives the parts to threads. Sizes alone decide which, and where parts begin.
- The kernels slice their arrays first: an index that runs from 0 is never negative, which lets the compiler vectorise.
- NumPy makes the arrays for the results: it asks for large pages, and fresh memory is half the cost of an update.
"""

from math import pow, sqrt

import numpy as np
from numba import prange

from ..jit.decorators import njit
from ..jit.matmul.matrix import plain
from ._tuned_sums import products_of, squares_of, sum_of

__all__ = ["l2_cost", "l2_gradient", "dropout"]
__all__ += ["batch_norm_forward", "batch_norm_backward", "batch_norm_predict"]
__all__ += ["descend", "momentum", "rmsprop", "adam"]

MUCH = 2**16  # numbers in an array, from which on threads gain more than they cost
PART = 2**14  # numbers that a thread takes at a time


@njit
def parts(count):
    """How many parts `count` numbers make."""
    return (count + PART - 1) // PART


@njit
def bounds(part, last):
    """Where a part begins and ends. `prange` counts without a sign; with one, the kernels are not compiled twice."""
    first = np.intp(part) * PART
    return first, min(last, first + PART)


@njit
def alone(unit):
    """Where a part of one unit begins and ends."""
    return np.intp(unit), np.intp(unit) + 1


def order_of(A, B):
    """The order in which two matrices can be read as vectors: column by column only if both lie so in memory."""
    return "F" if A.flags.fnc and B.flags.fnc else "C"


# === regularization ===================================================================================


@njit
def squares_part(first, last, w):
    """Σ w² of a part."""
    return squares_of(w[first:last], w.dtype.type(0.0))


@njit(parallel=True)
def squares_shared(first, last, w):
    """Σ w²: a sum for every part, added up in order."""
    real = w.dtype.type
    sums = np.empty(parts(last), w.dtype)
    for part in prange(len(sums)):
        sums[part] = squares_part(*bounds(part, last), w)
    total = real(0.0)
    for part in range(len(sums)):
        total += sums[part]
    return total


def l2_cost(W, l2):
    """l2/2 ΣΣ W², in the order in which W lies in memory."""
    kernel = squares_shared if W.size >= MUCH else squares_part
    return 0.5 * l2 * kernel(0, W.size, plain(W.ravel("K")))


def l2_gradient(dW, W, l2):
    """dW + l2 W: what `descend` does, the other way."""
    order = order_of(dW, W)
    return descend(dW.ravel(order), W.ravel(order), -l2).reshape(dW.shape, order=order)


@njit
def dropout_part(first, last, a, d, keep_prob, dropped):
    """a * d / keep_prob: divided once, multiplied often."""
    a, d, dropped = a[first:last], d[first:last], dropped[first:last]
    larger = a.dtype.type(1.0) / keep_prob
    for p in range(len(a)):
        dropped[p] = a[p] * d[p] * larger


@njit(parallel=True)
def dropout_shared(first, last, a, d, keep_prob, dropped):
    """`dropout_part` by part."""
    for part in prange(parts(last)):
        dropout_part(*bounds(part, last), a, d, keep_prob, dropped)


def dropout(A, D, keep_prob):
    """A * D / keep_prob: what stays is made larger by as much as is missing."""
    order = order_of(A, D)
    dropped = np.empty(A.size, A.dtype)
    kernel = dropout_shared if A.size >= MUCH else dropout_part
    kernel(0, A.size, plain(A.ravel(order)), plain(D.ravel(order)), keep_prob, dropped)
    return dropped.reshape(A.shape, order=order)


# === batch normalization ==============================================================================


@njit
def batch_norm_forward_part(first, last, Z, gamma, beta, epsilon, Z_tilde, Z_hat, mean, variance):
    """Some units, one after the other: a unit's examples are read three times, from memory only once."""
    real, m = Z.dtype.type, Z.shape[1]
    for k in range(first, last):
        z, z_hat, z_tilde, g, b = Z[k], Z_hat[k], Z_tilde[k], gamma[k, 0], beta[k, 0]
        centre = real(sum_of(z) / m)
        spread = real(squares_of(z, centre) / m)
        narrower = real(1.0) / sqrt(spread + epsilon)
        for i in range(len(z)):
            z_hat[i] = (z[i] - centre) * narrower
            z_tilde[i] = g * z_hat[i] + b
        mean[k, 0], variance[k, 0] = centre, spread


@njit(parallel=True)
def batch_norm_forward_shared(first, last, Z, gamma, beta, epsilon, Z_tilde, Z_hat, mean, variance):
    """`batch_norm_forward_part` unit by unit."""
    for k in prange(last):
        batch_norm_forward_part(*alone(k), Z, gamma, beta, epsilon, Z_tilde, Z_hat, mean, variance)


def batch_norm_forward(Z, gamma, beta, epsilon):
    """Z_hat = (Z - mean) / √(variance + epsilon) and Z_tilde = gamma Z_hat + beta, unit by unit."""
    Z, gamma, beta = row_by_row(Z, gamma, beta)
    results = np.empty_like(Z), np.empty_like(Z), np.empty_like(gamma), np.empty_like(gamma)
    kernel = batch_norm_forward_shared if Z.size >= MUCH else batch_norm_forward_part
    kernel(0, len(Z), Z, gamma, beta, epsilon, *results)
    return results


@njit
def batch_norm_backward_part(first, last, dZ_tilde, Z_hat, gamma, variance, epsilon, dZ, dgamma, dbeta):
    """Some units, one after the other: both sums in one pass, dZ in a second that finds its numbers in the cache."""
    real, m = Z_hat.dtype.type, Z_hat.shape[1]
    for k in range(first, last):
        dz_tilde, z_hat, dz = dZ_tilde[k], Z_hat[k], dZ[k]
        products, total = products_of(dz_tilde, z_hat)
        dg, db = real(products / m), real(total / m)
        scale = gamma[k, 0] / sqrt(variance[k, 0] + epsilon)
        for i in range(len(dz)):
            dz[i] = scale * (dz_tilde[i] - db - z_hat[i] * dg)
        dgamma[k, 0], dbeta[k, 0] = dg, db


@njit(parallel=True)
def batch_norm_backward_shared(first, last, dZ_tilde, Z_hat, gamma, variance, epsilon, dZ, dgamma, dbeta):
    """`batch_norm_backward_part` unit by unit."""
    for k in prange(last):
        batch_norm_backward_part(*alone(k), dZ_tilde, Z_hat, gamma, variance, epsilon, dZ, dgamma, dbeta)


def batch_norm_backward(dZ_tilde, Z_hat, gamma, variance, epsilon):
    """dZ through gamma, mean and variance, and the gradients of gamma and beta."""
    dZ_tilde, Z_hat, gamma, variance = row_by_row(dZ_tilde, Z_hat, gamma, variance)
    results = np.empty_like(Z_hat), np.empty_like(gamma), np.empty_like(gamma)
    kernel = batch_norm_backward_shared if Z_hat.size >= MUCH else batch_norm_backward_part
    kernel(0, len(Z_hat), dZ_tilde, Z_hat, gamma, variance, epsilon, *results)
    return results


@njit
def batch_norm_predict_part(first, last, Z, gamma, beta, mean, variance, epsilon, Z_tilde):
    """Some units; the mean and the spread of each are looked up once."""
    real = Z.dtype.type
    for k in range(first, last):
        z, z_tilde, g, b, centre = Z[k], Z_tilde[k], gamma[k, 0], beta[k, 0], mean[k, 0]
        narrower = real(1.0) / sqrt(variance[k, 0] + epsilon)
        for i in range(len(z)):
            z_tilde[i] = g * ((z[i] - centre) * narrower) + b


@njit(parallel=True)
def batch_norm_predict_shared(first, last, Z, gamma, beta, mean, variance, epsilon, Z_tilde):
    """`batch_norm_predict_part` unit by unit."""
    for k in prange(last):
        batch_norm_predict_part(*alone(k), Z, gamma, beta, mean, variance, epsilon, Z_tilde)


def batch_norm_predict(Z, gamma, beta, mean, variance, epsilon):
    """gamma (Z - mean) / √(variance + epsilon) + beta, with the mean and variance of training."""
    Z, gamma, beta, mean, variance = row_by_row(Z, gamma, beta, mean, variance)
    Z_tilde = np.empty_like(Z)
    kernel = batch_norm_predict_shared if Z.size >= MUCH else batch_norm_predict_part
    kernel(0, len(Z), Z, gamma, beta, mean, variance, epsilon, Z_tilde)
    return Z_tilde


def row_by_row(*arrays):
    """The arrays in C order, in which each unit's examples stand together; copied only where they are not."""
    return [plain(array) for array in arrays]


# === update ===========================================================================================


@njit
def descend_part(first, last, theta, gradient, alpha, stepped):
    """Some parameters of `descend`."""
    theta, gradient, stepped = theta[first:last], gradient[first:last], stepped[first:last]
    for p in range(len(theta)):
        stepped[p] = theta[p] - alpha * gradient[p]


@njit(parallel=True)
def descend_shared(first, last, theta, gradient, alpha, stepped):
    """`descend_part` by part."""
    for part in prange(parts(last)):
        descend_part(*bounds(part, last), theta, gradient, alpha, stepped)


def descend(theta, gradient, alpha):
    """theta - alpha * gradient."""
    stepped = np.empty(theta.shape, theta.dtype)
    kernel = descend_shared if theta.size >= MUCH else descend_part
    kernel(0, theta.size, plain(theta), plain(gradient), alpha, stepped)
    return stepped


@njit
def momentum_part(first, last, theta, gradient, velocity, alpha, beta, stepped, v):
    """Some parameters of `momentum`."""
    theta, gradient, velocity = theta[first:last], gradient[first:last], velocity[first:last]
    stepped, v = stepped[first:last], v[first:last]
    fresh = theta.dtype.type(1.0) - beta
    for p in range(len(theta)):
        v[p] = beta * velocity[p] + fresh * gradient[p]
        stepped[p] = theta[p] - alpha * v[p]


@njit(parallel=True)
def momentum_shared(first, last, theta, gradient, velocity, alpha, beta, stepped, v):
    """`momentum_part` by part."""
    for part in prange(parts(last)):
        momentum_part(*bounds(part, last), theta, gradient, velocity, alpha, beta, stepped, v)


def momentum(theta, gradient, velocity, alpha, beta):
    """v = beta v + (1 - beta) gradient; theta - alpha v."""
    results = np.empty(theta.shape, theta.dtype), np.empty(theta.shape, theta.dtype)
    kernel = momentum_shared if theta.size >= MUCH else momentum_part
    kernel(0, theta.size, plain(theta), plain(gradient), plain(velocity), alpha, beta, *results)
    return results


@njit
def rmsprop_part(first, last, theta, gradient, square, alpha, beta, epsilon, stepped, s):
    """Some parameters of `rmsprop`."""
    theta, gradient, square = theta[first:last], gradient[first:last], square[first:last]
    stepped, s = stepped[first:last], s[first:last]
    fresh = theta.dtype.type(1.0) - beta
    for p in range(len(theta)):
        s[p] = beta * square[p] + fresh * (gradient[p] * gradient[p])
        stepped[p] = theta[p] - alpha * gradient[p] / (sqrt(s[p]) + epsilon)


@njit(parallel=True)
def rmsprop_shared(first, last, theta, gradient, square, alpha, beta, epsilon, stepped, s):
    """`rmsprop_part` by part."""
    for part in prange(parts(last)):
        begin, end = bounds(part, last)
        rmsprop_part(begin, end, theta, gradient, square, alpha, beta, epsilon, stepped, s)


def rmsprop(theta, gradient, square, alpha, beta, epsilon):
    """s = beta s + (1 - beta) gradient²; theta - alpha gradient / (√s + epsilon)."""
    results = np.empty(theta.shape, theta.dtype), np.empty(theta.shape, theta.dtype)
    kernel = rmsprop_shared if theta.size >= MUCH else rmsprop_part
    kernel(0, theta.size, plain(theta), plain(gradient), plain(square), alpha, beta, epsilon, *results)
    return results


@njit
def adam_part(first, last, theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon, stepped, v, s):
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
    """`adam_part` by part."""
    for part in prange(parts(last)):
        begin, end = bounds(part, last)
        adam_part(begin, end, theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon, stepped, v, s)


def adam(theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon):
    """Momentum and RMSprop in one, both corrected for having begun at zero."""
    results = tuple(np.empty(theta.shape, theta.dtype) for _ in range(3))
    arrays = plain(theta), plain(gradient), plain(velocity), plain(square)
    kernel = adam_shared if theta.size >= MUCH else adam_part
    kernel(0, theta.size, *arrays, t, alpha, beta_1, beta_2, epsilon, *results)
    return results
