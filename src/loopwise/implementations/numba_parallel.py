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

from . import numba_loops as one_thread
from ._compile import njit

__all__ = [
    *("dot", "matvec", "matmul"),
    *("activate", "activation_slope", "activation_backward"),
    *("cost", "output_delta"),
    *("logistic_forward", "logistic_step"),
    *("layer_forward", "layer_gradient", "layer_backward"),
    "descend",
]

USES_THREADS = True  # so calls from several Python threads take turns

EXAMPLES = 512  # examples that one task takes: enough to pay for the task, few enough to stay in cache
CACHE = 2**20  # numbers of X that are used a second time while they are still in cache
COLUMNS = 128  # columns of a tile: four rows of them stay in the nearest cache
DEPTH = 64  # terms that a tile's sums take before the next panel is copied
ROWS = 256  # rows of a tile, fewer while there are not yet TASKS tiles
TASKS = 8

# === sums by hand =====================================================================================


@njit
def dot(w, x):
    """z = wᵀx. One output is one sum: nothing here may be shared."""
    return one_thread.dot(w, x)


@njit(parallel=True)
def matvec(A, v):
    """u = A v: tasks share the rows."""
    n, inner = A.shape
    u = np.zeros(n, A.dtype)
    rows = rows_per_task(A)
    for task in prange((n + rows - 1) // rows):
        add_products(A, task * rows, min(n, (task + 1) * rows), 0, inner, v, u)
    return u


@njit
def walks_along_rows(A):
    """Whether neighbours in a row of A are neighbours in memory."""
    return A.strides[1] <= A.strides[0]


@njit
def rows_per_task(A):
    """Eight long rows, or many short pieces of columns."""
    return 8 if walks_along_rows(A) else 64


@njit
def add_products(A, first_row, last_row, first_k, last_k, v, u):
    """u[r] += Σ_k A[r, k] v[k] for some rows and some k, in order of k, walking A the way it lies in memory."""
    if walks_along_rows(A):
        add_along_rows(A, first_row, last_row, first_k, last_k, v, u)
    else:
        add_along_columns(A.T, first_row, last_row, first_k, last_k, v, u)


@njit
def add_along_rows(A, first_row, last_row, first_k, last_k, v, u):
    """Eight rows at once: their sums are independent, so the adder is never waiting for itself."""
    for r in range(first_row, last_row - 7, 8):
        u0, u1, u2, u3, u4, u5, u6, u7 = u[r], u[r + 1], u[r + 2], u[r + 3], u[r + 4], u[r + 5], u[r + 6], u[r + 7]
        a0, a1, a2, a3, a4, a5, a6, a7 = A[r], A[r + 1], A[r + 2], A[r + 3], A[r + 4], A[r + 5], A[r + 6], A[r + 7]
        for k in range(first_k, last_k):
            u0 += a0[k] * v[k]
            u1 += a1[k] * v[k]
            u2 += a2[k] * v[k]
            u3 += a3[k] * v[k]
            u4 += a4[k] * v[k]
            u5 += a5[k] * v[k]
            u6 += a6[k] * v[k]
            u7 += a7[k] * v[k]
        u[r], u[r + 1], u[r + 2], u[r + 3], u[r + 4], u[r + 5], u[r + 6], u[r + 7] = u0, u1, u2, u3, u4, u5, u6, u7
    for r in range(last_row - (last_row - first_row) % 8, last_row):
        for k in range(first_k, last_k):
            u[r] += A[r, k] * v[k]


@njit
def add_along_columns(At, first_c, last_c, first_k, last_k, v, u):
    """u[c] += Σ_k At[k, c] v[k]: all outputs take one term, then all take the next.

    Four terms per pass over u, added one after the other: u is loaded and stored a quarter as often.
    """
    sums = u[first_c:last_c]
    for k in range(first_k, last_k - 3, 4):
        v0, v1, v2, v3 = v[k], v[k + 1], v[k + 2], v[k + 3]
        a0, a1 = At[k, first_c:last_c], At[k + 1, first_c:last_c]
        a2, a3 = At[k + 2, first_c:last_c], At[k + 3, first_c:last_c]
        for c in range(len(sums)):
            sums[c] = sums[c] + a0[c] * v0 + a1[c] * v1 + a2[c] * v2 + a3[c] * v3
    for k in range(last_k - (last_k - first_k) % 4, last_k):
        v0, a0 = v[k], At[k, first_c:last_c]
        for c in range(len(sums)):
            sums[c] += a0[c] * v0


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


@njit
def matmul_tile(A, B, C, first_row, last_row, first_column, last_column):
    """One tile of C = A B: four rows of C take four terms each, in order, in every pass over the columns.

    What is missing to a multiple of four is filled with zeros: a sum that began at 0.0 keeps its bits when
    0.0 is added.
    """
    inner, p = len(B), last_column - first_column
    # Eight numbers wider than it need be: rows that lie 1024 bytes apart fight for the same few cache lines.
    panel = np.zeros((DEPTH, COLUMNS + 8), B.dtype)
    a = np.zeros((4, DEPTH), A.dtype)
    sums = np.zeros((last_row - first_row + 3, p), C.dtype)
    for start in range(0, inner, DEPTH):
        depth = min(DEPTH, inner - start)
        copy_panel(B, start, depth, first_column, p, panel)
        for k in range(depth, DEPTH):
            panel[k] = 0.0
            a[:, k] = 0.0
        for r in range(first_row, last_row, 4):
            for row in range(min(4, last_row - r)):
                for k in range(depth):
                    a[row, k] = A[r + row, start + k]
            s = r - first_row
            add_four_rows(a, panel, depth, sums[s], sums[s + 1], sums[s + 2], sums[s + 3])
    for r in range(first_row, last_row):
        for c in range(p):
            C[r, first_column + c] = sums[r - first_row, c]


@njit
def copy_panel(B, start, depth, first_column, p, panel):
    """Copy a piece of B, walking it the way it lies in memory."""
    if B.strides[1] <= B.strides[0]:
        for k in range(depth):
            for c in range(p):
                panel[k, c] = B[start + k, first_column + c]
    else:
        for c in range(p):
            for k in range(depth):
                panel[k, c] = B[start + k, first_column + c]


@njit
def add_four_rows(a, panel, depth, s0, s1, s2, s3):
    """Add a[0…3, k] * panel[k] to s0…s3 for every k, four k per pass, one after the other."""
    for k in range(0, depth, 4):
        a00, a01, a02, a03 = a[0, k], a[0, k + 1], a[0, k + 2], a[0, k + 3]
        a10, a11, a12, a13 = a[1, k], a[1, k + 1], a[1, k + 2], a[1, k + 3]
        a20, a21, a22, a23 = a[2, k], a[2, k + 1], a[2, k + 2], a[2, k + 3]
        a30, a31, a32, a33 = a[3, k], a[3, k + 1], a[3, k + 2], a[3, k + 3]
        row0, row1, row2, row3 = panel[k], panel[k + 1], panel[k + 2], panel[k + 3]
        for c in range(len(s0)):
            p0, p1, p2, p3 = row0[c], row1[c], row2[c], row3[c]
            s0[c] = s0[c] + a00 * p0 + a01 * p1 + a02 * p2 + a03 * p3
            s1[c] = s1[c] + a10 * p0 + a11 * p1 + a12 * p2 + a13 * p3
            s2[c] = s2[c] + a20 * p0 + a21 * p1 + a22 * p2 + a23 * p3
            s3[c] = s3[c] + a30 * p0 + a31 * p1 + a32 * p2 + a33 * p3


# === activations ======================================================================================


@njit
def blocks_of_examples(m):
    """How many tasks share m examples."""
    return (m + EXAMPLES - 1) // EXAMPLES


@njit
def examples(block, m):
    """The examples of one task."""
    return slice(block * EXAMPLES, min(m, (block + 1) * EXAMPLES))


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
    db = matvec(dZ, np.ones(m, dZ.dtype))  # times 1.0 is exact: the sum alone remains
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


# === update ===========================================================================================


@njit(parallel=True)
def descend(theta, gradient, alpha):
    """theta - alpha * gradient."""
    stepped = np.empty(len(theta), theta.dtype)
    for p in prange(len(theta)):
        stepped[p] = theta[p] - alpha * gradient[p]
    return stepped
