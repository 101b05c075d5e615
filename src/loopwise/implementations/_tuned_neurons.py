"""The perceptron and Adaline in one pass over X: the loops of `_tuned_logistic`, with another dz.

A few examples go through both products, z = wᵀX and dw = X dZᵀ, while they are in cache. Where X does not lie row by
row they are first copied so that they do. Slots share the examples, and their sums are added up in order.
"""

import numpy as np
from numba import prange

from .._compile import njit
from ..kernels.matrix import Matrix, matrix, plain
from ..kernels.packing import copy_block
from ..kernels.simd import add_up, broadcast, keep_first, lanes, load, load_first, magnitude, select, store
from ._tuned_logistic import SLOTS, add_rows, add_slots, add_to_dw, examples_per_block
from ._tuned_plan import scratch

PERCEPTRON, ADALINE = range(2)

SMALL = 40_000  # numbers of X: fewer are read before other threads have woken up


def perceptron_step(w, b, X, Y):
    """Rosenblatt's rule summed over m examples: the number of errors and gradients dw, db."""
    return step(w, b, X, Y, PERCEPTRON)


def adaline_step(w, b, X, Y):
    """The delta rule: cost J = ½ Σ (y - z)² and gradients dw, db over m examples."""
    return step(w, b, X, Y, ADALINE)


def step(w, b, X, Y, neuron):
    """One pass over m examples: what they cost together, and gradients dw, db. Sums, not means."""
    n_x, m = X.shape
    slots = 1 if X.size < SMALL else SLOTS
    lies, size = matrix(X), examples_per_block(n_x, m, X.itemsize)
    room = slots * (size + 16 + (0 if lies.column == 1 else size * n_x))
    z, parts = scratch("z", room, X.dtype)[:room], scratch("dw", slots * n_x, X.dtype)
    sums, dw = np.empty(2 * slots, X.dtype), np.empty((n_x, 1), X.dtype)
    kernel = one_thread if slots == 1 else all_threads
    vectors = plain(w).reshape(-1), b, tuple(lies), plain(Y).reshape(-1)
    cost, db = kernel(*vectors, neuron, z, parts, sums, dw.reshape(-1))
    return cost, dw, db


@njit
def one_thread(w, b, X, Y, neuron, z, parts, sums, dw):
    """The whole step on one thread."""
    sums[0], sums[1] = sums_of_slot(0, 1, w, b, X, Y, neuron, z, parts)
    return add_slots(1, 1, sums[:1], sums[1:], parts, dw)


@njit(parallel=True)
def all_threads(w, b, X, Y, neuron, z, parts, sums, dw):
    """The same, slot by slot, on all threads."""
    for slot in prange(SLOTS):
        sums[slot], sums[SLOTS + slot] = sums_of_slot(np.intp(slot), SLOTS, w, b, X, Y, neuron, z, parts)
    return add_slots(SLOTS, 1, sums[:SLOTS], sums[SLOTS:], parts, dw)


@njit
def sums_of_slot(slot, slots, w, b, X, Y, neuron, z, dw):
    """One slot's examples: what they cost, Σ dz, and Σ x dz in its own part of dw."""
    X, n_x, m = Matrix(*X), len(w), len(Y)
    size = examples_per_block(n_x, m, w.itemsize)
    blocks = (m + size - 1) // size
    first, last = slot * blocks // slots * size, min(m, (slot + 1) * blocks // slots * size)
    z_at, dw_at = slot * (len(z) // slots), slot * n_x
    copy_at = z_at + size + 16
    cost, db = z.dtype.type(0.0), z.dtype.type(0.0)
    dw[dw_at : dw_at + n_x] = 0.0
    for i in range(first, last, size):
        count = min(size, last - i)
        numbers, at, stride = X.numbers, i, X.row
        if X.column != 1:
            copy_block(X.numbers, i * X.column, X.row, X.column, n_x, count, z, copy_at, size)
            numbers, at, stride = z, copy_at, size
        add_rows(w, numbers, at, stride, n_x, count, z, z_at)
        more, d = costs_and_deltas(z, z_at, b, Y, i, count, neuron)
        add_to_dw(numbers, at, stride, n_x, count, z, z_at, dw, dw_at)
        cost += more
        db += d
    return cost, db


@njit
def costs_and_deltas(z, at, b, Y, first, count, neuron):
    """dz in place of z for `count` examples; returns what they cost and Σ dz."""
    n, zero, one, bias = lanes(z), broadcast(z, 0.0), broadcast(z, 1.0), broadcast(z, b)
    cost = db = zero
    for i in range(0, count, n):
        y, a = load_first(Y, first + i, count - i), load(z, at + i) + bias
        if neuron == PERCEPTRON:
            a = select(a < zero, zero, one)
        dz = keep_first(a - y, count - i)
        if neuron == PERCEPTRON:  # an error is an error, however large
            cost = cost + select(zero < magnitude(dz), one, zero)
        else:
            cost = cost + broadcast(z, 0.5) * dz * dz
        db = db + dz
        store(z, at + i, dz)
    return add_up(cost), add_up(db)
