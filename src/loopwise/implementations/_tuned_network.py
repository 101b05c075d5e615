"""A network's whole step in one compiled call: cost and every gradient.

Two kinds of work take turns. Both are cut into a fixed number of slots, so that no number of threads changes a bit:

- **examples**: they are independent, so a slot takes some of them through all layers and back while their numbers stay
  in cache. It leaves A[l] and dZ[l] behind;
- **gradients**: outputs are independent, so a slot takes some columns of every dW[l] and adds up the examples.

Examples stand in panels, as wide as a register tile: a panel is a small array (rows, columns) in one piece, with all
A[l] of its examples; another one has all dZ[l]. (Were several panels side by side in longer rows, the numbers of one
would lie so far apart that they fight for the same few lines of the nearest cache.) Rows are filled up to whole tiles,
columns to whole panels. Weights are read once for BLOCK panels.
"""

from typing import NamedTuple

import numpy as np
from numba import prange

from .._compile import kernel, njit
from ..kernels.matrix import Matrix
from ..kernels.packing import copy_block, fill_columns
from ..kernels.simd import (
    add_outer_product,
    add_up,
    broadcast,
    lanes,
    load,
    load_first,
    load_tile,
    store,
    store_first,
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
BLOCK = 8  # panels that go through the layers together
DEPTH = 256  # terms of a sum that are taken at once: what a panel has of them stays in the nearest cache
PANELS = 4  # panels of columns of a gradient that one pass over dZ serves


class Workspace(NamedTuple):
    """What a step needs beside its input and output; the next step uses it again."""

    A: np.ndarray  # panels
    dZ: np.ndarray  # panels
    last_rows: np.ndarray  # of every W[l], those that fill no tile, and zeros
    turned: np.ndarray  # every W[l] transposed, from the second layer on
    scratch: np.ndarray  # a row a slot
    costs: np.ndarray  # one a slot


class Batch(NamedTuple):
    """The examples that are in the workspace at one time: `first` … `first + m - 1` of X and Y."""

    first: int
    m: int
    panels: int


@kernel
def batch_of(first, last, width):
    """The batch of some examples, in panels `width` wide."""
    return first, last - first, (last - first + width - 1) // width


# === one product ======================================================================================


@kernel
def product(W, w, stride, rows, last_rows, last, terms, B, b, b_size, C, c, c_size, panels, more):
    """Some panels of C = W B, or of C += W B if there is `more` to a sum that began before.

    Rows of W that fill no tile are read from `last_rows`, where zeros follow them.
    """
    height, width = tile_shape(C)
    for p in range(panels):
        for r in range(0, rows, height):
            place = c + p * c_size + r * width
            tile = load_tile(C, place, width) if more else zero_tile(C)
            if r + height <= rows:
                for k in range(terms):
                    tile = add_outer_product(tile, W, w + r * stride + k, stride, B, b + p * b_size + k * width)
            else:
                for k in range(terms):
                    tile = add_outer_product(tile, last_rows, last + k, stride, B, b + p * b_size + k * width)
            store_tile(C, place, width, tile)


# === weights, once a step =============================================================================


@kernel
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


@kernel
def examples_of_slot(slot, slots, plan, theta, X, Y, batch, loss, work):
    """Forward and backward for one slot's panels; returns the sum of their losses."""
    X, Y, batch, work = Matrix(*X), Matrix(*Y), Batch(*batch), Workspace(*work)
    width = tile_shape(theta)[1]
    panel, last = slot * batch.panels // slots, (slot + 1) * batch.panels // slots
    scratch = slot * (len(work.scratch) // slots)
    cost = theta.dtype.type(0.0)
    L, size = len(plan) - 1, size_of_panel(plan, width)
    for begin in range(panel, last, BLOCK):
        panels = min(BLOCK, last - begin)
        forward(plan, theta, X, batch, begin, panels, work, scratch)
        at, first = begin * size + plan[L, ROW_AT] * width, batch.first + begin * width
        cost += output(
            *(work.A, work.dZ, at, size, panels, width, plan[L, UNITS], theta, plan[L, B_AT]),
            *(Y, first, batch.first + batch.m - first, plan[L, ACTIVATION], loss),
        )
        backward(plan, begin, panels, work)
    return cost


@kernel
def size_of_panel(plan, width):
    """How many numbers a panel of A or dZ has."""
    return plan[0, ROW_AT] * width


@kernel
def forward(plan, theta, X, batch, begin, panels, work, scratch):
    """A[1] … A[L - 1] and Z[L] (without its bias) of some panels."""
    width = tile_shape(theta)[1]
    size = size_of_panel(plan, width)
    for l in range(1, len(plan)):
        depth, rows, row = plan[l - 1, UNITS], plan[l, UNITS], plan[l, ROW_AT] * width
        most = even_part(depth)
        for k in range(0, depth, most):
            terms = min(most, depth - k)
            if l == 1:
                copy_features(X, k, terms, batch, begin, panels, work.scratch, scratch)
                B, b, b_size = work.scratch, scratch, terms * width
            else:
                B, b, b_size = work.A, begin * size + (plan[l - 1, ROW_AT] + k) * width, size
            product(
                *(theta, plan[l, W_AT] + k, depth, rows, work.last_rows, plan[l, LAST_AT] + k, terms),
                *(B, b, b_size, work.A, begin * size + row, size, panels, k > 0),
            )
        if l < len(plan) - 1:
            at, b = begin * size + row, plan[l, B_AT]
            add_bias_and_activate(work.A, at, size, panels, width, rows, theta, b, plan[l, ACTIVATION])


@kernel
def even_part(terms):
    """How many terms are taken at once, so that no part is much smaller than the others."""
    parts = (terms + DEPTH - 1) // DEPTH
    return (terms + parts - 1) // parts


@kernel
def copy_features(X, k, terms, batch, begin, panels, target, at):
    """Some features of the examples of some panels, panel after panel, with zeros where there are no more examples."""
    width = tile_shape(target)[1]
    for p in range(begin, begin + panels):
        count = min(width, batch.m - p * width)
        source, goal = k * X.row + (batch.first + p * width) * X.column, at + (p - begin) * terms * width
        copy_block(X.numbers, source, X.row, X.column, terms, count, target, goal, width)
        fill_columns(terms, count, width, target, goal, width)


@kernel
def add_bias_and_activate(A, at, size, panels, width, rows, theta, b, activation):
    """A = g(Z + b), in place."""
    for row in range(at, at + panels * size, size):
        for r in range(rows):
            bias = broadcast(A, theta[b + r])
            for c in range(row + r * width, row + (r + 1) * width, lanes(A)):
                store(A, c, g(load(A, c) + bias, activation))


@kernel
def backward(plan, begin, panels, work):
    """dZ[L - 1] … dZ[1] of some panels, from dZ[L]."""
    width = tile_shape(work.A)[1]
    size = size_of_panel(plan, width)
    for l in range(len(plan) - 1, 1, -1):
        rows, depth = plan[l - 1, UNITS], plan[l, UNITS]
        row, next_row = plan[l - 1, ROW_AT] * width, plan[l, ROW_AT] * width
        most = even_part(depth)
        for k in range(0, depth, most):
            product(
                *(work.turned, plan[l, TURNED_AT] + k, depth, padded(rows, work.A), work.turned, 0),
                *(min(most, depth - k), work.dZ, begin * size + next_row + k * width, size),
                *(work.dZ, begin * size + row, size, panels, k > 0),
            )
        for p in range(begin, begin + panels):
            at = p * size + row
            for c in range(at, at + rows * width, lanes(work.A)):
                store(work.dZ, c, load(work.dZ, c) * slope(load(work.A, c), plan[l - 1, ACTIVATION]))


@kernel
def padded(rows, A):
    """Rows, filled up to whole tiles."""
    height = tile_shape(A)[0]
    return (rows + height - 1) // height * height


# === gradients ========================================================================================


class Part(NamedTuple):
    """Some rows and columns of dW[l]: from row `first` to before `last`, and `columns` columns from `column` on."""

    l: int
    first: int
    last: int
    column: int
    columns: int


@kernel
def gradients_of_slot(slot, slots, plan, X, batch, work, gradient, m):
    """One slot's share of the register tiles of all dW[l], with the db[l] that belong to them."""
    X, batch, work = Matrix(*X), Batch(*batch), Workspace(*work)
    height, width = tile_shape(gradient)
    tiles, before, scratch = tiles_of_gradient(plan, height, width), 0, slot * (len(work.scratch) // slots)
    begin, end = slot * tiles // slots, (slot + 1) * tiles // slots
    for l in range(1, len(plan)):
        units, inputs = plan[l, UNITS], plan[l - 1, UNITS]
        down = (units + height - 1) // height
        for column in range(0, inputs, PANELS * width):
            columns = min(PANELS * width, inputs - column)
            across = (columns + width - 1) // width
            first, last = min(down, max(0, begin - before) // across), min(down, max(0, end - before) // across)
            if first < last:
                part = Part(l, first * height, min(units, last * height), column, columns)
                add_part(part, scratch, plan, X, batch, work, gradient)
                finish_part(part, scratch, plan, batch, work, gradient, m)
            before += across * down


@kernel
def tiles_of_gradient(plan, height, width):
    """How many register tiles all dW[l] are together."""
    tiles = 0
    for l in range(1, len(plan)):
        tiles += (plan[l, UNITS] + height - 1) // height * ((plan[l - 1, UNITS] + width - 1) // width)
    return tiles


@kernel
def add_part(part, packed, plan, X, batch, work, gradient):
    """A part of dZ[l] A[l - 1]ᵀ for the examples of a batch, in a slot's scratch."""
    height, width = tile_shape(gradient)
    size, reach = size_of_panel(plan, width), min(BLOCK, batch.panels) * width  # examples of a block, at most
    sums, sums_stride = packed + PANELS * width * reach, PANELS * width
    for begin in range(0, batch.panels, BLOCK):
        panels = min(BLOCK, batch.panels - begin)
        turn_columns(part, plan, X, batch, begin, panels, work, packed, reach)
        terms = min(panels * width, batch.m - begin * width)
        for r in range(part.first, part.last, height):
            dz = begin * size + (plan[part.l, ROW_AT] + r) * width
            for c in range(0, part.columns, width):
                goal, a = sums + (r - part.first) * sums_stride + c, packed + c * reach
                tile = load_tile(work.scratch, goal, sums_stride) if begin > 0 else zero_tile(gradient)
                for k in range(0, terms, width):
                    next_dz, next_a = dz + k // width * size, a + k * width
                    for i in range(min(width, terms - k)):
                        tile = add_outer_product(tile, work.dZ, next_dz + i, width, work.scratch, next_a + i * width)
                store_tile(work.scratch, goal, sums_stride, tile)


@kernel
def turn_columns(part, plan, X, batch, begin, panels, work, packed, reach):
    """The units of A[l - 1] that a part takes, `width` at a time: for each example of some panels side by side."""
    width, A_at = tile_shape(work.A)[1], plan[part.l - 1, ROW_AT] + part.column
    for c in range(0, part.columns, width):
        units, goal = min(width, part.columns - c), packed + c * reach
        if part.l == 1:
            source = (part.column + c) * X.row + (batch.first + begin * width) * X.column
            terms = min(panels * width, batch.m - begin * width)
            copy_block(X.numbers, source, X.column, X.row, terms, units, work.scratch, goal, width)
        else:
            for p in range(panels):
                source = (begin + p) * size_of_panel(plan, width) + (A_at + c) * width
                copy_block(work.A, source, 1, width, width, units, work.scratch, goal + p * width * width, width)


@kernel
def finish_part(part, scratch, plan, batch, work, gradient, m):
    """Bring a slot's sums to dW[l], those of its first column to db[l] too; after the last batch divide by m."""
    l, width, n = part.l, tile_shape(gradient)[1], lanes(gradient)
    sums = scratch + PANELS * width * min(BLOCK, batch.panels) * width
    divisor = broadcast(gradient, m if batch.first + batch.m == m else 1)
    for r in range(part.first, part.last):
        source = sums + (r - part.first) * PANELS * width
        goal = plan[l, W_AT] + r * plan[l - 1, UNITS] + part.column
        for c in range(0, part.columns, n):
            left, total = part.columns - c, load(work.scratch, source + c)
            if batch.first > 0:
                total = total + load_first(gradient, goal + c, left)
            store_first(gradient, goal + c, total / divisor, left)
        if part.column == 0:
            total = sum_of_examples(work.dZ, plan, l, r, batch, width)
            if batch.first > 0:
                total += gradient[plan[l, B_AT] + r]
            gradient[plan[l, B_AT] + r] = total / m if batch.first + batch.m == m else total


@kernel
def sum_of_examples(dZ, plan, l, r, batch, width):
    """Σ dZ[l][r] over the examples of a batch."""
    sums = broadcast(dZ, 0.0)
    for panel in range(batch.panels):
        at = panel * size_of_panel(plan, width) + (plan[l, ROW_AT] + r) * width
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
