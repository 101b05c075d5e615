"""The same sums on every core: `prange` over independent outputs, and still the slide's bits.

A sum of floating-point numbers depends on its order, so no sum is ever split or reordered here. What changes is who
computes which output, and in which order *outputs* are visited:

- threads share outputs (examples, units, features), never the terms of one sum;
- loops are interchanged so that the inner index runs over independent outputs that lie side by side in memory: one
  vector instruction then advances several sums by one term each, and each sum still runs in the slide's order.

So the number of threads cannot change a bit. What is done example by example is `numba_loops`, on a block of examples.
"""

import numpy as np
from numba import prange

from ..interface import STEP
from ..jit.decorators import njit
from . import numba_loops as one_thread
from ._products import (
    COLUMNS,
    EXAMPLES,
    add_products,
    blocks_of_examples,
    examples,
    matmul_tile,
    products,
    row_sums,
    rows_per_task,
)
from .numba_parallel_training import (
    adam,
    batch_norm_backward,
    batch_norm_forward,
    batch_norm_predict,
    descend,
    dropout,
    l2_cost,
    l2_gradient,
    momentum,
    rmsprop,
)

__all__ = ["dot", "matvec", "matmul"]
__all__ += ["activate", "activation_slope", "activation_backward"]
__all__ += ["cost", "output_delta"]
__all__ += ["perceptron_step", "adaline_step"]
__all__ += ["logistic_forward", "logistic_step"]
__all__ += ["layer_forward", "layer_gradient", "layer_backward"]
__all__ += ["l2_cost", "l2_gradient", "dropout"]
__all__ += ["batch_norm_forward", "batch_norm_backward", "batch_norm_predict"]
__all__ += ["descend", "momentum", "rmsprop", "adam"]

USES_THREADS = True  # so calls from several Python threads take turns

CACHE = 2**20  # numbers of X that are used a second time while they are still in cache
ROWS = 256  # rows of a tile, fewer while there are not yet TASKS tiles
TASKS = 8

# === sums by hand =====================================================================================


@njit
def dot(w, x):
    """z = wᵀx. One output is one sum: nothing here may be shared."""
    return one_thread.dot(w, x)


@njit
def matvec(A, v):
    """u = A v: tasks share the rows."""
    return products(A, v)


@njit(parallel=True)
def matmul(A, B):
    """C = A B, cut into tiles of ROWS × COLUMNS outputs that threads share."""
    n, p = len(A), B.shape[1]
    C = np.empty((n, p), A.dtype)
    across = (p + COLUMNS - 1) // COLUMNS
    rows = ROWS
    while rows > 4 and across * ((n + rows - 1) // rows) < TASKS:
        rows //= 2
    for tile in prange(across * ((n + rows - 1) // rows)):
        r, c = tile // across * rows, tile % across * COLUMNS
        matmul_tile(A, B, C, r, min(n, r + rows), c, min(p, c + COLUMNS))
    return C


# === activations ======================================================================================


@njit(parallel=True)
def activate(Z, activation):
    """A = g(Z)."""
    m = Z.shape[1]
    A = np.empty(Z.shape, Z.dtype)
    for block in prange(blocks_of_examples(m)):
        i = examples(block, m)
        A[:, i] = one_thread.activate(Z[:, i], activation)
    return A


@njit(parallel=True)
def activation_slope(Z, activation):
    """g'(Z)."""
    m = Z.shape[1]
    slope = np.empty(Z.shape, Z.dtype)
    for block in prange(blocks_of_examples(m)):
        i = examples(block, m)
        slope[:, i] = one_thread.activation_slope(Z[:, i], activation)
    return slope


@njit(parallel=True)
def activation_backward(dA, Z, activation):
    """dZ = dA * g'(Z)."""
    m = Z.shape[1]
    dZ = np.empty(Z.shape, Z.dtype)
    for block in prange(blocks_of_examples(m)):
        i = examples(block, m)
        dZ[:, i] = one_thread.activation_backward(dA[:, i], Z[:, i], activation)
    return dZ


# === losses ===========================================================================================


@njit(parallel=True)
def cost(Z, A, Y, loss, activation):
    """J = 1/m Σ_examples Σ_units loss: the examples' losses are shared, their one sum is not."""
    m = Y.shape[1]
    real = Z.dtype.type
    losses = np.empty(m, Z.dtype)
    for i in prange(m):
        losses[i] = one_thread.example_loss(Z, A, Y, i, loss, activation)
    J = real(0.0)
    for i in range(m):
        J += losses[i]
    return J / m


@njit(parallel=True)
def output_delta(Z, A, Y, loss, activation):
    """The last layer's dZ."""
    m = Y.shape[1]
    dZ = np.empty(Z.shape, Z.dtype)
    for block in prange(blocks_of_examples(m)):
        i = examples(block, m)
        dZ[:, i] = one_thread.output_delta(Z[:, i], A[:, i], Y[:, i], loss, activation)
    return dZ


# === single neurons ===================================================================================


@njit(parallel=True)
def perceptron_step(w, b, X, Y):
    """The number of errors and gradients dw, db: examples share the work for z, features share it for dw."""
    n_x, m = X.shape
    real = X.dtype.type
    dz = matvec(X.T, w[:, 0].copy())
    for i in prange(m):
        dz[i] = one_thread.g(dz[i] + b, STEP) - Y[0, i]
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
        losses[i] = one_thread.squared_loss(dz[i] + b, Y[0, i])
        dz[i] = dz[i] + b - Y[0, i]
    J, db = real(0.0), real(0.0)
    for i in range(m):
        J += losses[i]
        db += dz[i]
    return J, matvec(X, dz).reshape(n_x, 1), db


# === logistic regression ==============================================================================


@njit(parallel=True)
def logistic_forward(w, b, X):
    """A = σ(wᵀX + b): z = Xᵀw, one independent sum per example."""
    n_x, m = X.shape
    w = w[:, 0].copy()
    A = np.zeros((1, m), X.dtype)
    z = A[0]
    for task in prange(blocks_of_examples(m)):
        start, stop = task * EXAMPLES, min(m, (task + 1) * EXAMPLES)
        add_products(X.T, start, stop, 0, n_x, w, z)
        for i in range(start, stop):
            z[i] = one_thread.sigmoid(z[i] + b)
    return A


@njit(parallel=True)
def logistic_step(w, b, X, Y):
    """Cost J and gradients dw, db: examples share the work for z, features share it for dw."""
    n_x, m = X.shape
    real = X.dtype.type
    w = w[:, 0].copy()
    z, dz, losses = np.zeros(m, X.dtype), np.empty(m, X.dtype), np.empty(m, X.dtype)
    J, dw, db = real(0.0), np.zeros(n_x, X.dtype), real(0.0)
    features = rows_per_task(X)
    chunk = EXAMPLES * max(1, CACHE // (n_x * EXAMPLES))
    # Chunk by chunk, X comes from memory once: dw finds in cache what z has just used.
    for first in range(0, m, chunk):
        last = min(m, first + chunk)
        for task in prange(blocks_of_examples(last - first)):
            start = first + task * EXAMPLES
            stop = min(last, start + EXAMPLES)
            add_products(X.T, start, stop, 0, n_x, w, z)
            for i in range(start, stop):
                losses[i] = one_thread.logistic_loss(z[i] + b, Y[0, i])
                dz[i] = one_thread.sigmoid(z[i] + b) - Y[0, i]
        for task in prange((n_x + features - 1) // features):
            add_products(X, task * features, min(n_x, (task + 1) * features), first, last, dz, dw)
    for i in range(m):
        J += losses[i]
        db += dz[i]
    for j in range(n_x):
        dw[j] /= m
    return J / m, dw.reshape(n_x, 1), db / m


# === one layer ========================================================================================


@njit(parallel=True)
def layer_forward(W, b, A_prev, activation):
    """Z = W A_prev + b and A = g(Z)."""
    Z = matmul(W, A_prev)
    n, m = Z.shape
    A = np.empty((n, m), Z.dtype)
    for block in prange(blocks_of_examples(m)):
        i = examples(block, m)
        for k in range(n):
            Z[k, i] += b[k, 0]
        A[:, i] = one_thread.activate(Z[:, i], activation)
    return Z, A


@njit(parallel=True)
def layer_gradient(dZ, A_prev):
    """dW = 1/m dZ A_prevᵀ and db = 1/m Σ dZ: their entries share the work, examples stay in order."""
    n, m = dZ.shape
    dW = matmul(dZ, A_prev.T)
    db = row_sums(dZ)
    for k in prange(n):
        for j in range(len(A_prev)):
            dW[k, j] /= m
        db[k] /= m
    return dW, db.reshape(n, 1)


@njit
def layer_backward(dZ, W, A_prev):
    """dA_prev = Wᵀ dZ, and the gradients of the layer's own W and b."""
    dA_prev = matmul(W.T, dZ)
    dW, db = layer_gradient(dZ, A_prev)
    return dA_prev, dW, db
