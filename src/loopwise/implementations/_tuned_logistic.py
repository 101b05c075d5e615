"""Logistic regression in one pass over X: an example gives its z, and while it is still in cache its share of dw.

NumPy reads X twice, once for z = wᵀX and once for dw = X dZᵀ, and X is far too large to stay in cache between. Here a
few examples go through both products before the next ones are touched; the next ones are asked for meanwhile, so that
memory is never idle.

Examples are shared by a fixed number of slots, each with sums of its own that are added up in order: no number of
threads changes a bit.
"""

from numba import prange

from .._compile import njit
from ..kernels.functions import sigmoid
from ..kernels.matrix import Matrix
from ..kernels.simd import (
    add_up,
    broadcast,
    keep_first,
    lanes,
    load,
    load_first,
    multiply_add,
    prefetch,
    store,
)
from ._tuned_functions import binary_cross_entropy
from ._tuned_packing import copy_block

SLOTS = 16  # who shares the examples; more than there are cores, and a power of two
LINE = 64  # bytes of a cache line
NEAR = 2**18  # bytes of X that are used a second time while they are near

# === the loss of a few examples =======================================================================


@njit
def losses_and_deltas(z, at, b, Y, first, count):
    """dz = a − y in place of z, for `count` examples; returns their losses and the sum of dz."""
    n = lanes(z)
    loss, db, bias = broadcast(z, 0.0), broadcast(z, 0.0), broadcast(z, b)
    for i in range(0, count, n):
        y, zi = load_first(Y, first + i, count - i), load(z, at + i) + bias
        dz = keep_first(sigmoid(zi) - y, count - i)
        loss = loss + keep_first(binary_cross_entropy(zi, y), count - i)
        db = db + dz
        store(z, at + i, dz)
    return add_up(loss), add_up(db)


# === X row by row: one feature of many examples is contiguous =========================================


@njit
def add_rows(w, X, at, stride, n_x, count, z, z_at):
    """z[i] = Σ_j w[j] X[j, i] for `count` examples, four features a time."""
    n = lanes(X)
    for i in range(0, count, n):
        store(z, z_at + i, broadcast(z, 0.0))
    whole = count - count % n
    for j in range(0, n_x - 3, 4):
        w0, w1, w2, w3 = broadcast(z, w[j]), broadcast(z, w[j + 1]), broadcast(z, w[j + 2]), broadcast(z, w[j + 3])
        x = at + j * stride
        for i in range(0, whole, n):
            s = multiply_add(load(X, x + i), w0, load(z, z_at + i))
            s = multiply_add(load(X, x + stride + i), w1, s)
            s = multiply_add(load(X, x + 2 * stride + i), w2, s)
            store(z, z_at + i, multiply_add(load(X, x + 3 * stride + i), w3, s))
    for j in range(n_x - n_x % 4, n_x):
        for i in range(0, whole, n):
            store(z, z_at + i, multiply_add(load(X, at + j * stride + i), broadcast(z, w[j]), load(z, z_at + i)))
    if whole < count:
        s = broadcast(z, 0.0)
        for j in range(n_x):
            s = multiply_add(load_first(X, at + j * stride + whole, count - whole), broadcast(z, w[j]), s)
        store(z, z_at + whole, s)


@njit
def add_to_dw(X, at, stride, n_x, count, ahead, dz, dz_at, dw, dw_at):
    """dw[j] += Σ_i X[j, i] dz[i], four features a time; asks for what stands `ahead` in each row."""
    n = lanes(X)
    for j in range(0, n_x - 3, 4):
        x = at + j * stride
        s0 = s1 = s2 = s3 = broadcast(dz, 0.0)
        for i in range(0, count, n):
            d, left = load(dz, dz_at + i), count - i
            if left >= n:
                s0 = multiply_add(load(X, x + i), d, s0)
                s1 = multiply_add(load(X, x + stride + i), d, s1)
                s2 = multiply_add(load(X, x + 2 * stride + i), d, s2)
                s3 = multiply_add(load(X, x + 3 * stride + i), d, s3)
            else:
                s0 = multiply_add(load_first(X, x + i, left), d, s0)
                s1 = multiply_add(load_first(X, x + stride + i, left), d, s1)
                s2 = multiply_add(load_first(X, x + 2 * stride + i, left), d, s2)
                s3 = multiply_add(load_first(X, x + 3 * stride + i, left), d, s3)
            if ahead:
                prefetch(X, x + ahead + i)
                prefetch(X, x + stride + ahead + i)
                prefetch(X, x + 2 * stride + ahead + i)
                prefetch(X, x + 3 * stride + ahead + i)
        dw[dw_at + j] += add_up(s0)
        dw[dw_at + j + 1] += add_up(s1)
        dw[dw_at + j + 2] += add_up(s2)
        dw[dw_at + j + 3] += add_up(s3)
    for j in range(n_x - n_x % 4, n_x):
        s = broadcast(dz, 0.0)
        for i in range(0, count, n):
            s = multiply_add(load_first(X, at + j * stride + i, count - i), load(dz, dz_at + i), s)
        dw[dw_at + j] += add_up(s)


@njit
def block_of_rows(w, b, X, at, stride, n_x, Y, first, count, ahead, z, z_at, dw, dw_at):
    """One block of examples through both products."""
    add_rows(w, X, at, stride, n_x, count, z, z_at)
    loss, db = losses_and_deltas(z, z_at, b, Y, first, count)
    add_to_dw(X, at, stride, n_x, count, ahead, z, z_at, dw, dw_at)
    return loss, db


# === X column by column: one example is contiguous ====================================================


@njit
def four_products(w, X, x0, x1, x2, x3, n_x, z, z_at):
    """z = wᵀx for four examples: w is loaded once for all."""
    n = lanes(X)
    s0 = s1 = s2 = s3 = broadcast(X, 0.0)
    whole = n_x - n_x % n
    for j in range(0, whole, n):
        wj = load(w, j)
        s0 = multiply_add(load(X, x0 + j), wj, s0)
        s1 = multiply_add(load(X, x1 + j), wj, s1)
        s2 = multiply_add(load(X, x2 + j), wj, s2)
        s3 = multiply_add(load(X, x3 + j), wj, s3)
    if whole < n_x:
        j, rest = whole, n_x - whole
        wj = load_first(w, j, rest)
        s0 = multiply_add(load_first(X, x0 + j, rest), wj, s0)
        s1 = multiply_add(load_first(X, x1 + j, rest), wj, s1)
        s2 = multiply_add(load_first(X, x2 + j, rest), wj, s2)
        s3 = multiply_add(load_first(X, x3 + j, rest), wj, s3)
    z[z_at], z[z_at + 1], z[z_at + 2], z[z_at + 3] = add_up(s0), add_up(s1), add_up(s2), add_up(s3)


@njit
def add_four_examples(X, x0, x1, x2, x3, n_x, ahead, dz, dz_at, dw, dw_at):
    """dw += x0 dz0 + x1 dz1 + x2 dz2 + x3 dz3; asks for what stands `ahead`."""
    n = lanes(X)
    d0, d1 = broadcast(X, dz[dz_at]), broadcast(X, dz[dz_at + 1])
    d2, d3 = broadcast(X, dz[dz_at + 2]), broadcast(X, dz[dz_at + 3])
    whole = n_x - n_x % n
    for j in range(0, whole, n):
        s = multiply_add(load(X, x0 + j), d0, load(dw, dw_at + j))
        s = multiply_add(load(X, x1 + j), d1, s)
        s = multiply_add(load(X, x2 + j), d2, s)
        store(dw, dw_at + j, multiply_add(load(X, x3 + j), d3, s))
        prefetch(X, x0 + ahead + j)
        prefetch(X, x1 + ahead + j)
        prefetch(X, x2 + ahead + j)
        prefetch(X, x3 + ahead + j)
    for j in range(whole, n_x):
        dw[dw_at + j] += X[x0 + j] * dz[dz_at] + X[x1 + j] * dz[dz_at + 1]
        dw[dw_at + j] += X[x2 + j] * dz[dz_at + 2] + X[x3 + j] * dz[dz_at + 3]


@njit
def block_of_columns(w, b, X, at, stride, n_x, Y, first, count, z, z_at, dw, dw_at):
    """A few examples through both products, four at a time; missing ones are the last once more, with dz = 0."""
    cost, db = z.dtype.type(0.0), z.dtype.type(0.0)
    for i in range(0, count, 4):
        left = count - 1 - i
        x0, x1 = at + i * stride, at + (i + min(1, left)) * stride
        x2, x3 = at + (i + min(2, left)) * stride, at + (i + min(3, left)) * stride
        for k in range(z_at, z_at + lanes(z)):
            z[k] = 0.0
        four_products(w, X, x0, x1, x2, x3, n_x, z, z_at)
        loss, d = losses_and_deltas(z, z_at, b, Y, first + i, min(4, count - i))
        for k in range(count - i, 4):
            z[z_at + k] = 0.0
        add_four_examples(X, x0, x1, x2, x3, n_x, 4 * stride, z, z_at, dw, dw_at)
        cost += loss
        db += d
    return cost, db


# === forward only =====================================================================================


@njit
def sums_of_slot(slot, slots, w, X, m, scratch, Z):
    """Z[i] = wᵀx for one slot's examples."""
    X, n_x = Matrix(*X), len(w)
    size = examples_per_block(n_x, w.itemsize)
    blocks = (m + size - 1) // size
    first, last = slot * blocks // slots * size, min(m, (slot + 1) * blocks // slots * size)
    z = slot * (len(scratch) // slots)
    for i in range(first, last, size):
        count = min(size, last - i)
        if X.row == 1 and X.column != 1:
            for k in range(0, count, 4):
                left, at = count - 1 - k, (i + k) * X.column
                x1, x2, x3 = min(1, left) * X.column, min(2, left) * X.column, min(3, left) * X.column
                four_products(w, X.numbers, at, at + x1, at + x2, at + x3, n_x, scratch, z + k)
        elif X.column == 1:
            add_rows(w, X.numbers, i, X.row, n_x, count, scratch, z)
        else:
            copy_block(X.numbers, i * X.column, X.row, X.column, n_x, count, scratch, z + size + 16, size)
            add_rows(w, scratch, z + size + 16, size, n_x, count, scratch, z)
        for k in range(count):
            Z[i + k] = scratch[z + k]


@njit(parallel=True)
def sums_shared(w, X, m, scratch, Z):
    """Z = wᵀX, slot by slot, on all threads."""
    for slot in prange(SLOTS):
        sums_of_slot(slot, SLOTS, w, X, m, scratch, Z)


# === the step =========================================================================================


@njit
def examples_per_block(n_x, itemsize):
    """So many that their rows are whole cache lines, and all of them stay near."""
    line = LINE // itemsize
    return max(line, min(16 * line, NEAR // itemsize // n_x // line * line))


@njit
def slot_of_step(slot, slots, w, b, X, Y, m, z, dw):
    """One slot's examples: its losses, Σ dz, and Σ x dz in its own part of dw."""
    X = Matrix(*X)
    n_x = len(w)
    size = examples_per_block(n_x, w.itemsize)
    blocks = (m + size - 1) // size
    first, last = slot * blocks // slots * size, min(m, (slot + 1) * blocks // slots * size)
    z_at, dw_at = slot * (len(z) // slots), slot * n_x
    cost, db = z.dtype.type(0.0), z.dtype.type(0.0)
    for j in range(n_x):
        dw[dw_at + j] = 0.0
    for i in range(first, last, size):
        count = min(size, last - i)
        if X.column == 1:
            ahead = size if i + 2 * size <= m else 0
            loss, d = block_of_rows(w, b, X.numbers, i, X.row, n_x, Y, i, count, ahead, z, z_at, dw, dw_at)
        elif X.row == 1:
            at = i * X.column
            loss, d = block_of_columns(w, b, X.numbers, at, X.column, n_x, Y, i, count, z, z_at, dw, dw_at)
        else:
            copy_block(X.numbers, i * X.column, X.row, X.column, n_x, count, z, z_at + size + 16, size)
            loss, d = block_of_rows(w, b, z, z_at + size + 16, size, n_x, Y, i, count, 0, z, z_at, dw, dw_at)
        cost += loss
        db += d
    return cost, db


@njit
def add_slots(slots, m, costs, dbs, dw, gradient):
    """The slots' sums, added in order and divided by m; returns J and db."""
    n_x, J, db = len(gradient), costs.dtype.type(0.0), costs.dtype.type(0.0)
    for j in range(n_x):
        gradient[j] = 0.0
    for slot in range(slots):
        J += costs[slot]
        db += dbs[slot]
        part = dw[slot * n_x : (slot + 1) * n_x]
        for j in range(n_x):
            gradient[j] += part[j]
    for j in range(n_x):
        gradient[j] /= m
    return J / m, db / m


@njit
def one_thread(w, b, X, Y, m, z, dw, sums, gradient):
    """The whole step on one thread."""
    sums[0], sums[1] = slot_of_step(0, 1, w, b, X, Y, m, z, dw)
    return add_slots(1, m, sums[:1], sums[1:], dw, gradient)


@njit(parallel=True)
def all_threads(w, b, X, Y, m, z, dw, sums, gradient):
    """The same, slot by slot, on all threads. (`prange` carries plain tuples only.)"""
    for slot in prange(SLOTS):
        sums[slot], sums[SLOTS + slot] = slot_of_step(slot, SLOTS, w, b, X, Y, m, z, dw)
    return add_slots(SLOTS, m, sums[:SLOTS], sums[SLOTS:], dw, gradient)
