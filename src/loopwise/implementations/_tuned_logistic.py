"""Logistic regression in one pass over X: an example gives its z, and while it is still in cache its share of dw.

NumPy reads X twice, once for z = wᵀX and once for dw = X dZᵀ, and X is far too large to stay in cache between. Here a
few examples go through both products before the next ones are touched; the next ones are asked for meanwhile, so that
memory is never idle.

Examples are shared by a fixed number of slots, each with sums of its own that are added up in order: no number of
threads changes a bit.
"""

import numpy as np
from numba import prange

from .._compile import njit
from ..kernels.functions import sigmoid
from ..kernels.matrix import Matrix
from ..kernels.packing import copy_block
from ..kernels.simd import (
    add_up,
    broadcast,
    keep_first,
    lanes,
    load,
    load_first,
    multiply_add,
    store,
    store_first,
)
from ._tuned_functions import binary_cross_entropy

SLOTS = 16  # who shares the examples; more than there are cores, and a power of two
LINE = 64  # bytes of a cache line
NEAR = 2**21  # bytes of X that are used a second time before they have left the caches

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
def add_to_dw(X, at, stride, n_x, count, dz, dz_at, dw, dw_at):
    """dw[j] += Σ_i X[j, i] dz[i], four features a time."""
    n = lanes(X)
    whole = count - count % n
    for j in range(0, n_x - 3, 4):
        x0 = at + j * stride
        x1, x2, x3 = x0 + stride, x0 + 2 * stride, x0 + 3 * stride
        s0 = s1 = s2 = s3 = broadcast(dz, 0.0)
        for i in range(0, whole, n):
            d = load(dz, dz_at + i)
            s0 = multiply_add(load(X, x0 + i), d, s0)
            s1 = multiply_add(load(X, x1 + i), d, s1)
            s2 = multiply_add(load(X, x2 + i), d, s2)
            s3 = multiply_add(load(X, x3 + i), d, s3)
        if whole < count:
            i, d, left = whole, load(dz, dz_at + whole), count - whole
            s0 = multiply_add(load_first(X, x0 + i, left), d, s0)
            s1 = multiply_add(load_first(X, x1 + i, left), d, s1)
            s2 = multiply_add(load_first(X, x2 + i, left), d, s2)
            s3 = multiply_add(load_first(X, x3 + i, left), d, s3)
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
def add_to_dw_and_next_rows(w, X, at, stride, n_x, count, dz, dz_at, dw, dw_at, ahead, z, z_at):
    """dw[j] += Σ_i X[j, i] dz[i], and z[i] = Σ_j w[j] X[j, ahead + i] for the next block, four features a time.

    The first block is in cache by now, the next one comes from memory: neither waits for the other.
    """
    n = lanes(X)
    for i in range(0, count, n):
        store(z, z_at + i, broadcast(z, 0.0))
    for j in range(0, n_x - 3, 4):
        w0, w1, w2, w3 = broadcast(z, w[j]), broadcast(z, w[j + 1]), broadcast(z, w[j + 2]), broadcast(z, w[j + 3])
        x0 = at + j * stride
        x1, x2, x3 = x0 + stride, x0 + 2 * stride, x0 + 3 * stride
        s0 = s1 = s2 = s3 = broadcast(dz, 0.0)
        for i in range(0, count, n):
            zi = multiply_add(load(X, x0 + ahead + i), w0, load(z, z_at + i))
            zi = multiply_add(load(X, x1 + ahead + i), w1, zi)
            zi = multiply_add(load(X, x2 + ahead + i), w2, zi)
            store(z, z_at + i, multiply_add(load(X, x3 + ahead + i), w3, zi))
            d = load(dz, dz_at + i)
            s0 = multiply_add(load(X, x0 + i), d, s0)
            s1 = multiply_add(load(X, x1 + i), d, s1)
            s2 = multiply_add(load(X, x2 + i), d, s2)
            s3 = multiply_add(load(X, x3 + i), d, s3)
        dw[dw_at + j] += add_up(s0)
        dw[dw_at + j + 1] += add_up(s1)
        dw[dw_at + j + 2] += add_up(s2)
        dw[dw_at + j + 3] += add_up(s3)
    for j in range(n_x - n_x % 4, n_x):
        x, wj, s = at + j * stride, broadcast(z, w[j]), broadcast(dz, 0.0)
        for i in range(0, count, n):
            store(z, z_at + i, multiply_add(load(X, x + ahead + i), wj, load(z, z_at + i)))
            s = multiply_add(load(X, x + i), load(dz, dz_at + i), s)
        dw[dw_at + j] += add_up(s)


@njit
def step_along_rows(w, b, X, at, stride, n_x, Y, first, last, size, z, z_at, dw, dw_at):
    """Examples first … last - 1, `size` at a time: while one block is added to dw, the next one gets its z."""
    cost, db = z.dtype.type(0.0), z.dtype.type(0.0)
    this, following = z_at, z_at + size
    if first < last:
        add_rows(w, X, at, stride, n_x, min(size, last - first), z, this)
    for i in range(first, last, size):
        count, x = min(size, last - i), at + i - first
        loss, d = losses_and_deltas(z, this, b, Y, i, count)
        if i + 2 * size <= last:
            add_to_dw_and_next_rows(w, X, x, stride, n_x, size, z, this, dw, dw_at, size, z, following)
        else:
            add_to_dw(X, x, stride, n_x, count, z, this, dw, dw_at)
            if i + size < last:
                add_rows(w, X, x + size, stride, n_x, last - i - size, z, following)
        this, following = following, this
        cost += loss
        db += d
    return cost, db


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
def add_four_examples(X, x0, x1, x2, x3, n_x, dz, dz_at, dw, dw_at):
    """dw += x0 dz0 + x1 dz1 + x2 dz2 + x3 dz3."""
    n = lanes(X)
    d0, d1 = broadcast(X, dz[dz_at]), broadcast(X, dz[dz_at + 1])
    d2, d3 = broadcast(X, dz[dz_at + 2]), broadcast(X, dz[dz_at + 3])
    for j in range(0, n_x, n):
        left = n_x - j
        s = multiply_add(load_first(X, x0 + j, left), d0, load_first(dw, dw_at + j, left))
        s = multiply_add(load_first(X, x1 + j, left), d1, s)
        s = multiply_add(load_first(X, x2 + j, left), d2, s)
        store_first(dw, dw_at + j, multiply_add(load_first(X, x3 + j, left), d3, s), left)


@njit
def add_four_and_next_products(w, X, at, stride, n_x, dz, dz_at, dw, dw_at, z, z_at):
    """`add_four_examples`, and `four_products` of the next four: neither memory nor cache waits."""
    n = lanes(X)
    x0, x1, x2, x3 = at, at + stride, at + 2 * stride, at + 3 * stride
    d0, d1 = broadcast(X, dz[dz_at]), broadcast(X, dz[dz_at + 1])
    d2, d3 = broadcast(X, dz[dz_at + 2]), broadcast(X, dz[dz_at + 3])
    s0 = s1 = s2 = s3 = broadcast(X, 0.0)
    ahead, whole = 4 * stride, n_x - n_x % n
    for j in range(0, whole, n):
        wj = load(w, j)
        s0 = multiply_add(load(X, x0 + ahead + j), wj, s0)
        s1 = multiply_add(load(X, x1 + ahead + j), wj, s1)
        s2 = multiply_add(load(X, x2 + ahead + j), wj, s2)
        s3 = multiply_add(load(X, x3 + ahead + j), wj, s3)
        s = multiply_add(load(X, x0 + j), d0, load(dw, dw_at + j))
        s = multiply_add(load(X, x1 + j), d1, s)
        s = multiply_add(load(X, x2 + j), d2, s)
        store(dw, dw_at + j, multiply_add(load(X, x3 + j), d3, s))
    if whole < n_x:
        j, left = whole, n_x - whole
        wj = load_first(w, j, left)
        s0 = multiply_add(load_first(X, x0 + ahead + j, left), wj, s0)
        s1 = multiply_add(load_first(X, x1 + ahead + j, left), wj, s1)
        s2 = multiply_add(load_first(X, x2 + ahead + j, left), wj, s2)
        s3 = multiply_add(load_first(X, x3 + ahead + j, left), wj, s3)
        s = multiply_add(load_first(X, x0 + j, left), d0, load_first(dw, dw_at + j, left))
        s = multiply_add(load_first(X, x1 + j, left), d1, s)
        s = multiply_add(load_first(X, x2 + j, left), d2, s)
        store_first(dw, dw_at + j, multiply_add(load_first(X, x3 + j, left), d3, s), left)
    z[z_at], z[z_at + 1], z[z_at + 2], z[z_at + 3] = add_up(s0), add_up(s1), add_up(s2), add_up(s3)


@njit
def products_of_four(w, X, at, stride, n_x, count, z, z_at):
    """`four_products` of `count` examples; missing ones are the last once more."""
    last = count - 1
    x1, x2, x3 = at + min(1, last) * stride, at + min(2, last) * stride, at + min(3, last) * stride
    four_products(w, X, at, x1, x2, x3, n_x, z, z_at)


@njit
def step_along_columns(w, b, X, stride, n_x, Y, first, last, z, z_at, dw, dw_at):
    """Examples first … last - 1, four at a time: while four are added to dw, the next four get their z."""
    cost, db = z.dtype.type(0.0), z.dtype.type(0.0)
    this, following = z_at, z_at + 16
    if first < last:
        products_of_four(w, X, first * stride, stride, n_x, min(4, last - first), z, this)
    for i in range(first, last, 4):
        count, at = min(4, last - i), i * stride
        loss, d = losses_and_deltas(z, this, b, Y, i, count)
        for k in range(count, 4):
            z[this + k] = 0.0
        if i + 8 <= last:
            add_four_and_next_products(w, X, at, stride, n_x, z, this, dw, dw_at, z, following)
        else:
            x1, x2 = at + min(1, count - 1) * stride, at + min(2, count - 1) * stride
            x3 = at + min(3, count - 1) * stride
            add_four_examples(X, at, x1, x2, x3, n_x, z, this, dw, dw_at)
            if i + 4 < last:
                products_of_four(w, X, at + 4 * stride, stride, n_x, last - i - 4, z, following)
        this, following = following, this
        cost += loss
        db += d
    return cost, db


# === forward only =====================================================================================


@njit
def sums_of_slot(slot, slots, w, X, m, scratch, Z):
    """Z[i] = wᵀx for one slot's examples."""
    X, n_x = Matrix(*X), len(w)
    size = examples_per_block(n_x, m, w.itemsize)
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
        sums_of_slot(np.intp(slot), SLOTS, w, X, m, scratch, Z)


# === the step =========================================================================================


@njit
def examples_per_block(n_x, m, itemsize):
    """So many that memory is read in long pieces, that all of them stay near, and that every slot has some."""
    line = LINE // itemsize
    return max(line, min(64 * line, NEAR // itemsize // n_x // line * line, m // (2 * SLOTS) // line * line))


@njit
def slot_of_step(slot, slots, w, b, X, Y, m, z, dw):
    """One slot's examples: its losses, Σ dz, and Σ x dz in its own part of dw."""
    X, n_x = Matrix(*X), len(w)
    size = examples_per_block(n_x, m, w.itemsize)
    blocks = (m + size - 1) // size
    first, last = slot * blocks // slots * size, min(m, (slot + 1) * blocks // slots * size)
    z_at, dw_at = slot * (len(z) // slots), slot * n_x
    for j in range(n_x):
        dw[dw_at + j] = 0.0
    if X.column == 1:
        return step_along_rows(w, b, X.numbers, first, X.row, n_x, Y, first, last, size, z, z_at, dw, dw_at)
    if X.row == 1:
        return step_along_columns(w, b, X.numbers, X.column, n_x, Y, first, last, z, z_at, dw, dw_at)
    cost, db, copy = z.dtype.type(0.0), z.dtype.type(0.0), z_at + 2 * size + 16
    for i in range(first, last, size):
        count = min(size, last - i)
        copy_block(X.numbers, i * X.column, X.row, X.column, n_x, count, z, copy, size)
        loss, d = step_along_rows(w, b, z, copy, size, n_x, Y, i, i + count, size, z, z_at, dw, dw_at)
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
        sums[slot], sums[SLOTS + slot] = slot_of_step(np.intp(slot), SLOTS, w, b, X, Y, m, z, dw)
    return add_slots(SLOTS, m, sums[:SLOTS], sums[SLOTS:], dw, gradient)
