"""A network's whole step in one compiled call: cost and every gradient.

Two kinds of work take turns. Both are cut into a fixed number of slots, so that no number of threads changes a bit:

- **examples**: they are independent, so a slot takes some of them through all layers and back while their numbers stay
  in cache. It leaves A[l] and dZ[l] behind;
- **gradients**: outputs are independent, so a slot takes some columns of every dW[l] and adds up the examples.

Examples stand in panels, as wide as a register tile. BLOCK panels make a block, a small array (rows, columns) in which
all A[l] of its examples lie together; another has all dZ[l]. Rows are padded to whole tiles, columns to whole panels.
"""

from typing import NamedTuple

import numpy as np
from numba import prange

from .._compile import njit
from ..kernels.matrix import Matrix
from ..kernels.packing import copy_block, fill_columns
from ..kernels.simd import (
    add_outer_product,
    add_up,
    broadcast,
    lanes,
    load,
    load_tile,
    store,
    store_tile,
    tile_shape,
    zero_tile,
)
from ._tuned_functions import g, slope
from ._tuned_output import output

# What the columns of `plan` say of layer l: n[l], g[l]; where W[l] and b[l] stand in theta, A[l] and dZ[l] in a block,
# the last rows of W[l] and the transposed W[l] in their arrays.
UNITS, ACTIVATION, W_AT, B_AT, ROW_AT, LAST_AT, TURNED_AT = range(7)

SLOTS = 16  # a power of two, at least as many as there are cores
BLOCK = 8  # panels of examples that lie together
DEPTH = 256  # terms of a sum that are taken at once: what a panel has of them stays in the nearest cache
PANELS = 4  # panels of a gradient that one pass over dZ serves


class Workspace(NamedTuple):
    """What a step needs beside its input and output; the next step uses it again."""

    A: np.ndarray  # blocks
    dZ: np.ndarray  # blocks
    last_rows: np.ndarray  # of every W[l], those that fill no tile, and zeros
    turned: np.ndarray  # every W[l] transposed, from the second layer on
    scratch: np.ndarray  # a row a slot
    costs: np.ndarray  # one a slot


class Batch(NamedTuple):
    """The examples that are in the workspace at one time: `first` … `first + m - 1` of X and Y."""

    first: int
    m: int
    panels: int


@njit
def batch_of(first, last, width):
    """The batch of some examples, in panels `width` wide."""
    return first, last - first, (last - first + width - 1) // width


# === one product ======================================================================================


@njit
def product(W, w, w_stride, rows, last_rows, last, terms, B, b, b_stride, C, c, c_stride, more):
    """One panel of C = W B, or of C += W B if there is `more` to a sum that began before.

    Rows of W that fill no tile are read from `last_rows`, where zeros follow them.
    """
    height = tile_shape(C)[0]
    for r in range(0, rows, height):
        tile = load_tile(C, c + r * c_stride, c_stride) if more else zero_tile(C)
        if r + height <= rows:
            for k in range(terms):
                tile = add_outer_product(tile, W, w + r * w_stride + k, w_stride, B, b + k * b_stride)
        else:
            for k in range(terms):
                tile = add_outer_product(tile, last_rows, last + k, w_stride, B, b + k * b_stride)
        store_tile(C, c + r * c_stride, c_stride, tile)


# === weights, once a step =============================================================================


@njit
def prepare_weights(plan, theta, work):
    """Put aside the rows of W[l] that fill no tile, and W[l] transposed."""
    work = Workspace(*work)
    height = tile_shape(theta)[0]
    for l in range(1, len(plan)):
        rows, columns, w = plan[l, UNITS], plan[l - 1, UNITS], plan[l, W_AT]
        whole = rows - rows % height
        for i in range(whole * columns, rows * columns):
            work.last_rows[plan[l, LAST_AT] + i - whole * columns] = theta[w + i]
        if l > 1:
            copy_block(theta, w, 1, columns, columns, rows, work.turned, plan[l, TURNED_AT], rows)


# === examples: forward and backward ===================================================================


@njit
def examples_of_slot(slot, slots, plan, theta, X, Y, batch, loss, work):
    """Forward and backward for one slot's panels; returns the sum of their losses."""
    X, Y, batch, work = Matrix(*X), Matrix(*Y), Batch(*batch), Workspace(*work)
    width = tile_shape(theta)[1]
    panel, last = slot * batch.panels // slots, (slot + 1) * batch.panels // slots
    scratch = slot * (len(work.scratch) // slots)
    cost = theta.dtype.type(0.0)
    while panel < last:
        stop = min(last, (panel // BLOCK + 1) * BLOCK)  # what lies in one block
        L = len(plan) - 1
        stride = BLOCK * width
        at = block_at(plan, panel, width)
        count = min(batch.m - panel * width, (stop - panel) * width)
        forward(plan, theta, X, batch.first + panel * width, count, at, stride, stop - panel, work, scratch)
        cost += output(
            *(work.A, work.dZ, at + plan[L, ROW_AT] * stride, stride, plan[L, UNITS], theta, plan[L, B_AT]),
            *(Y, batch.first + panel * width, count, (stop - panel) * width, plan[L, ACTIVATION], loss),
        )
        backward(plan, at, stride, stop - panel, work)
        panel = stop
    return cost


@njit
def block_at(plan, panel, width):
    """Where the columns of a panel begin in A and dZ."""
    return panel // BLOCK * rows_of_block(plan) * BLOCK * width + panel % BLOCK * width


@njit
def rows_of_block(plan):
    """How many rows a block has."""
    return plan[0, ROW_AT]


@njit
def forward(plan, theta, X, first, count, at, stride, panels, work, scratch):
    """A[1] … A[L - 1] and Z[L] (without its bias) of some examples."""
    width = tile_shape(theta)[1]
    for l in range(1, len(plan)):
        depth = plan[l - 1, UNITS]
        for k in range(0, depth, DEPTH):
            terms = min(DEPTH, depth - k)
            if l == 1:
                source = k * X.row + first * X.column
                B, b, b_stride = work.scratch, scratch, panels * width
                copy_block(X.numbers, source, X.row, X.column, terms, count, B, b, b_stride)
                fill_columns(terms, count, panels * width, B, b, b_stride)
            else:
                B, b, b_stride = work.A, at + (plan[l - 1, ROW_AT] + k) * stride, stride
            for panel in range(panels):
                product(
                    *(theta, plan[l, W_AT] + k, depth, plan[l, UNITS], work.last_rows, plan[l, LAST_AT] + k, terms),
                    *(B, b + panel * width, b_stride),
                    *(work.A, at + plan[l, ROW_AT] * stride + panel * width, stride, k > 0),
                )
        if l < len(plan) - 1:
            add_bias_and_activate(
                *(work.A, at + plan[l, ROW_AT] * stride, stride, plan[l, UNITS], panels * width),
                *(theta, plan[l, B_AT], plan[l, ACTIVATION]),
            )


@njit
def add_bias_and_activate(A, at, stride, rows, columns, theta, b, activation):
    """A = g(Z + b), in place."""
    for r in range(rows):
        bias = broadcast(A, theta[b + r])
        for c in range(at + r * stride, at + r * stride + columns, lanes(A)):
            store(A, c, g(load(A, c) + bias, activation))


@njit
def backward(plan, at, stride, panels, work):
    """dZ[L - 1] … dZ[1] of some examples, from dZ[L]."""
    width = tile_shape(work.A)[1]
    for l in range(len(plan) - 1, 1, -1):
        rows, terms, row = plan[l - 1, UNITS], plan[l, UNITS], at + plan[l - 1, ROW_AT] * stride
        for k in range(0, terms, DEPTH):
            for panel in range(panels):
                product(
                    *(work.turned, plan[l, TURNED_AT] + k, terms, padded(rows, work.A), work.turned, 0),
                    *(min(DEPTH, terms - k), work.dZ, at + (plan[l, ROW_AT] + k) * stride + panel * width, stride),
                    *(work.dZ, row + panel * width, stride, k > 0),
                )
        for r in range(rows):
            for c in range(row + r * stride, row + r * stride + panels * width, lanes(work.A)):
                store(work.dZ, c, load(work.dZ, c) * slope(load(work.A, c), plan[l - 1, ACTIVATION]))


@njit
def padded(rows, A):
    """Rows, filled up to whole tiles."""
    height = tile_shape(A)[0]
    return (rows + height - 1) // height * height


# === gradients ========================================================================================


@njit
def gradients_of_slot(slot, slots, plan, X, batch, work, gradient, m):
    """Columns of dW[l], and db[l]: one slot's share of the multiply-adds of all layers."""
    X, batch, work = Matrix(*X), Batch(*batch), Workspace(*work)
    group = PANELS * tile_shape(gradient)[1]
    total = 0
    for l in range(1, len(plan)):
        total += plan[l, UNITS] * ((plan[l - 1, UNITS] + group - 1) // group)
    scratch = slot * (len(work.scratch) // slots)
    before = 0
    for l in range(1, len(plan)):
        for column in range(0, plan[l - 1, UNITS], group):
            if slot * total <= before * slots < (slot + 1) * total:
                add_columns(l, column, scratch, plan, X, batch, work, gradient)
                finish_columns(l, column, scratch, plan, batch, work, gradient, m)
            before += plan[l, UNITS]


@njit
def add_columns(l, column, packed, plan, X, batch, work, gradient):
    """Some columns of dZ[l] A[l - 1]ᵀ for the examples of a batch, in a slot's scratch."""
    width, columns = tile_shape(gradient)[1], plan[l - 1, UNITS]
    height, stride = tile_shape(gradient)[0], BLOCK * width
    reach = min(BLOCK, batch.panels) * width  # examples of a block, at most
    sums, sums_stride = packed + PANELS * width * reach, PANELS * width
    panels = min(PANELS, (columns - column + width - 1) // width)
    for panel in range(0, batch.panels, BLOCK):
        at = block_at(plan, panel, width)
        terms = min(BLOCK, batch.panels - panel) * width
        if l == 1:
            A, row, step = X.numbers, X.row, X.column
            source = column * row + (batch.first + panel * width) * step
            terms = min(terms, batch.m - panel * width)
        else:
            A, row, step = work.A, stride, 1
            source = at + (plan[l - 1, ROW_AT] + column) * stride
        for p in range(panels):
            units = min(width, columns - column - p * width)
            goal = packed + p * reach * width
            copy_block(A, source + p * width * row, step, row, terms, units, work.scratch, goal, width)
        for r in range(0, plan[l, UNITS], height):
            for p in range(panels):
                goal = sums + r * sums_stride + p * width
                tile = load_tile(work.scratch, goal, sums_stride) if panel > 0 else zero_tile(gradient)
                dz, a = at + (plan[l, ROW_AT] + r) * stride, packed + p * reach * width
                for k in range(terms):
                    tile = add_outer_product(tile, work.dZ, dz + k, stride, work.scratch, a + k * width)
                store_tile(work.scratch, goal, sums_stride, tile)


@njit
def finish_columns(l, column, scratch, plan, batch, work, gradient, m):
    """Bring a slot's sums to dW[l], those of its first column to db[l] too; after the last batch divide by m."""
    width, rows = tile_shape(gradient)[1], plan[l, UNITS]
    sums = scratch + PANELS * width * min(BLOCK, batch.panels) * width
    last = batch.first + batch.m == m
    for r in range(rows):
        goal = plan[l, W_AT] + r * plan[l - 1, UNITS] + column
        for c in range(min(PANELS * width, plan[l - 1, UNITS] - column)):
            total = work.scratch[sums + r * PANELS * width + c]
            if batch.first > 0:
                total += gradient[goal + c]
            gradient[goal + c] = total / m if last else total
        if column == 0:
            total = sum_of_examples(work.dZ, plan, l, r, batch, width)
            if batch.first > 0:
                total += gradient[plan[l, B_AT] + r]
            gradient[plan[l, B_AT] + r] = total / m if last else total


@njit
def sum_of_examples(dZ, plan, l, r, batch, width):
    """Σ dZ[l][r] over the examples of a batch."""
    sums = broadcast(dZ, 0.0)
    for panel in range(batch.panels):
        at = block_at(plan, panel, width) + (plan[l, ROW_AT] + r) * BLOCK * width
        for c in range(0, width, lanes(dZ)):
            sums = sums + load(dZ, at + c)
    return add_up(sums)


# === the step =========================================================================================


@njit
def one_thread(plan, theta, X, Y, m, loss, examples, work, gradient):
    """The whole step on one thread."""
    prepare_weights(plan, theta, work)
    J = theta.dtype.type(0.0)
    for first in range(0, m, examples):
        batch = batch_of(first, min(m, first + examples), tile_shape(theta)[1])
        J += examples_of_slot(0, 1, plan, theta, X, Y, batch, loss, work)
        gradients_of_slot(0, 1, plan, X, batch, work, gradient, m)
    return J / m


@njit(parallel=True)
def all_threads(plan, theta, X, Y, m, loss, examples, work, gradient):
    """The same, slot by slot, on all threads. (`prange` carries plain tuples only.)"""
    costs = work[-1]
    prepare_weights(plan, theta, work)
    J = theta.dtype.type(0.0)
    for first in range(0, m, examples):
        batch = batch_of(first, min(m, first + examples), tile_shape(theta)[1])
        for slot in prange(SLOTS):
            costs[slot] = examples_of_slot(np.intp(slot), SLOTS, plan, theta, X, Y, batch, loss, work)
        for slot in range(SLOTS):
            J += costs[slot]
        for slot in prange(SLOTS):
            gradients_of_slot(np.intp(slot), SLOTS, plan, X, batch, work, gradient, m)
    return J / m
