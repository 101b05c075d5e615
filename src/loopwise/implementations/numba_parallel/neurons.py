"""Single neurons: the perceptron, Adaline and logistic regression, one step over m examples each."""

import numpy as np
from numba import prange

from ...interface import STEP
from ...jit.decorators import njit
from ...jit.threads import thread_count
from ..numba_loops.activations import g, sigmoid
from ..numba_loops.losses import logistic_loss, squared_loss
from .products import add_products, examples_per_task, rows_per_task
from .sums import matvec

CACHE = 2**20  # numbers of X that are used a second time while they are still in cache


# === single neurons =================================================================================


@njit(parallel=True)
def perceptron_step(w, b, X, Y):
    """The number of errors and gradients dw, db: examples share the work for z, features share it for dw."""
    n_x, m = X.shape
    real = X.dtype.type
    dz = matvec(X.T, w[:, 0].copy())
    for i in prange(m):
        dz[i] = g(dz[i] + b, STEP) - Y[0, i]
    errors, db = real(0.0), real(0.0)
    for i in range(m):
        if dz[i] != 0.0:
            errors += real(1.0)
        db += dz[i]
    return errors, matvec(X, dz).reshape(n_x, 1), db


@njit(parallel=True)
def adaline_step(w, b, X, Y):
    """Cost J = ½ Σ (y - z)² and gradients dw, db: examples share the work for z, features share it for dw."""
    n_x, m = X.shape
    real = X.dtype.type
    dz, losses = matvec(X.T, w[:, 0].copy()), np.empty(m, X.dtype)
    for i in prange(m):
        losses[i] = squared_loss(dz[i] + b, Y[0, i])
        dz[i] = dz[i] + b - Y[0, i]
    J, db = real(0.0), real(0.0)
    for i in range(m):
        J += losses[i]
        db += dz[i]
    return J, matvec(X, dz).reshape(n_x, 1), db


# === logistic regression ============================================================================


@njit(parallel=True)
def logistic_forward(w, b, X):
    """A = σ(wᵀX + b): z = Xᵀw, one independent sum per example."""
    n_x, m = X.shape
    w = w[:, 0].copy()
    A = np.zeros((1, m), X.dtype)
    z = A[0]
    each = examples_per_task(m, thread_count())
    for task in prange(-(-m // each)):
        start, stop = task * each, min(m, (task + 1) * each)
        add_products(X.T, start, stop, 0, n_x, w, z)
        for i in range(start, stop):
            z[i] = sigmoid(z[i] + b)
    return A


@njit(parallel=True)
def logistic_step(w, b, X, Y):
    """Cost J and gradients dw, db: examples share the work for z, features share it for dw."""
    n_x, m = X.shape
    real = X.dtype.type
    w = w[:, 0].copy()
    z, dz, losses = np.zeros(m, X.dtype), np.empty(m, X.dtype), np.empty(m, X.dtype)
    J, dw, db = real(0.0), np.zeros(n_x, X.dtype), real(0.0)
    threads = thread_count()
    each, features = examples_per_task(m, threads), rows_per_task(X, threads)
    chunk = each * max(threads, CACHE // (n_x * each))
    # Chunk by chunk, X comes from memory once: dw finds in cache what z has just used.
    for first in range(0, m, chunk):
        last = min(m, first + chunk)
        for task in prange(-(-(last - first) // each)):
            start = first + task * each
            stop = min(last, start + each)
            add_products(X.T, start, stop, 0, n_x, w, z)
            for i in range(start, stop):
                losses[i] = logistic_loss(z[i] + b, Y[0, i])
                dz[i] = sigmoid(z[i] + b) - Y[0, i]
        for task in prange((n_x + features - 1) // features):
            add_products(X, task * features, min(n_x, (task + 1) * features), first, last, dz, dw)
    for i in range(m):
        J += losses[i]
        db += dz[i]
    for j in range(n_x):
        dw[j] /= m
    return J / m, dw.reshape(n_x, 1), db / m
