"""A wide network's step: many parameters, so that each is written by one chunk only.

Two kinds of work take turns, both cut into as many chunks as the threads need, for no cut changes a bit:

- **examples**: they are independent, so a chunk takes some of them through all layers and back while their numbers stay
  in cache. It leaves A[l], dZ[l] and what each panel costs behind;
- **gradients**: outputs are independent, so a chunk takes some register tiles of every dW[l] and adds up the examples.

Weights are read once for WIDE_BLOCK_PANELS panels.
"""

from typing import NamedTuple

import numpy as np
from numba import get_thread_id, prange

from ....jit.decorators import kernel, njit
from ....jit.matmul.matrix import Matrix
from ....jit.matmul.packing import copy_block
from ....jit.simd.tiles import (
    add_outer_product,
    as_wide,
    half_as_high,
    load_like,
    store_tile,
    tile_rows,
    tile_shape,
    zero_tile,
    zeros_like,
)
from ....jit.simd.vectors import lanes
from ..thresholds import GRADIENT_PANELS, WIDE_BLOCK_PANELS
from .layers import divide_numbers, filled, forward_and_backward, panels_of, prepare_weights, sum_of_examples
from .records import Batch, Corner, Cut, Workspace, layer_of


@kernel
def batch_of(first, panels, m, width):
    """The examples from `first` on, at most so many panels: a batch, as a plain tuple for `prange`."""
    count = min(m - first, panels * width)
    return first, count, (count + width - 1) // width


@kernel
def examples_of_chunk(chunk, chunks, plan, theta, X, Y, batch, work, scratch_offset):
    """Forward and backward for one chunk's panels."""
    X, Y, batch, work = Matrix(*X), Matrix(*Y), Batch(*batch), Workspace(*work)
    panel, last = chunk * batch.panels // chunks, (chunk + 1) * batch.panels // chunks
    for begin in range(panel, last, WIDE_BLOCK_PANELS):
        panels = min(WIDE_BLOCK_PANELS, last - begin)
        forward_and_backward(plan, theta, X, Y, batch, begin, panels, work, scratch_offset)


# === gradients ========================================================================================


class Part(NamedTuple):
    """Some rows and columns of dW[l]: from row `first` to before `last`, and `columns` columns from `column` on."""

    l: int
    first: int
    last: int
    column: int
    columns: int


@kernel
def gradients_of_chunk(chunk, chunks, plan, X, batch, work, scratch_offset, gradient, m):
    """One chunk's share of the register tiles of all dW[l], with the db[l] that belong to them."""
    X, batch, work = Matrix(*X), Batch(*batch), Workspace(*work)
    height, width = tile_shape(gradient)
    tiles, before = tiles_of_gradient(plan, height, width), 0
    begin, end = chunk * tiles // chunks, (chunk + 1) * tiles // chunks
    for l in range(1, len(plan)):
        units, inputs = layer_of(plan, l).units, layer_of(plan, l - 1).units
        down = (units + height - 1) // height
        for column in range(0, inputs, GRADIENT_PANELS * width):
            columns = min(GRADIENT_PANELS * width, inputs - column)
            across = (columns + width - 1) // width
            first, last = min(down, max(0, begin - before) // across), min(down, max(0, end - before) // across)
            if first < last:
                part = Part(l, first * height, min(units, last * height), column, columns)
                add_part(part, scratch_offset, plan, X, batch, work, gradient)
                finish_part(part, plan, batch, work, gradient, m)
            before += across * down


@kernel
def tiles_of_gradient(plan, height, width):
    """How many register tiles all dW[l] are together."""
    tiles = 0
    for l in range(1, len(plan)):
        units, inputs = layer_of(plan, l).units, layer_of(plan, l - 1).units
        tiles += (units + height - 1) // height * ((inputs + width - 1) // width)
    return tiles


@kernel
def add_part(part, scratch_offset, plan, X, batch, work, gradient):
    """A part of dZ[l] A[l - 1]ᵀ for the examples of a batch, added to the sums of the batches of panels before."""
    n, (height, width) = lanes(gradient), tile_shape(gradient)
    layer, inputs = layer_of(plan, part.l), layer_of(plan, part.l - 1).units
    packed = scratch_offset + height * width
    block_examples = min(WIDE_BLOCK_PANELS, batch.panels) * width  # examples of a block, at most
    for begin in range(0, batch.panels, WIDE_BLOCK_PANELS):
        panels = min(WIDE_BLOCK_PANELS, batch.panels - begin)
        transpose_columns(part, plan, X, batch, begin, panels, work, packed, block_examples)
        terms = min(panels * width, batch.m - begin * width)
        for r in range(part.first, part.last, height):
            for c in range(0, part.columns, width):
                goal, a = layer.W + r * inputs + part.column + c, packed + c * block_examples
                corner = Corner(goal, inputs, min(height, part.last - r), min(width, part.columns - c))
                dZ, more = panels_of(work.dZ, plan, batch, begin, layer.row + r), batch.first + begin > 0
                vectors, zero = (corner.columns + n - 1) // n, zero_tile(gradient)
                if vectors == 1:
                    add_corner(corner, dZ, terms, a, gradient, more, work, scratch_offset, as_wide(zero, 1))
                elif vectors == 2:
                    add_corner(corner, dZ, terms, a, gradient, more, work, scratch_offset, as_wide(zero, 2))
                elif corner.rows > height // 2:
                    add_corner(corner, dZ, terms, a, gradient, more, work, scratch_offset, zero)
                else:
                    add_corner(corner, dZ, terms, a, gradient, more, work, scratch_offset, half_as_high(zero))


@kernel
def add_corner(corner, dZ, terms, a, gradient, more, work, spare, zero):
    """A corner of dZ[l] A[l - 1]ᵀ, with a tile like `zero`; added to what is there if there is `more` than that.

    `terms` examples of A[l - 1] stand in the scratch from `a` on, and at `spare` there is room for a tile.
    """
    width = tile_shape(gradient)[1]
    tile = load_corner(corner, gradient, work.scratch, spare, zero) if more else zeros_like(zero)
    for k in range(0, terms, width):
        dz, next_a = dZ.offset + k // width * dZ.size, a + k * width
        for i in range(min(width, terms - k)):
            tile = add_outer_product(tile, work.dZ, dz + i, width, work.scratch, next_a + i * width)
    store_corner(corner, gradient, work.scratch, spare, tile)


@kernel
def load_corner(corner, C, spare, at, like):
    """A register tile whose first rows and columns come from C; the others are not used."""
    width = tile_shape(C)[1]
    if corner.rows == tile_rows(like) and corner.columns == width:
        return load_like(like, C, corner.offset, corner.stride)
    copy_block(C, corner.offset, corner.stride, 1, corner.rows, corner.columns, spare, at, width)
    return load_like(like, spare, at, width)


@kernel
def store_corner(corner, C, spare, at, tile):
    """Write the first rows and columns of a register tile to C."""
    width = tile_shape(C)[1]
    if corner.rows == tile_rows(tile) and corner.columns == width:
        store_tile(C, corner.offset, corner.stride, tile)
    else:
        store_tile(spare, at, width, tile)
        copy_block(spare, at, width, 1, corner.rows, corner.columns, C, corner.offset, corner.stride)


@kernel
def transpose_columns(part, plan, X, batch, begin, panels, work, packed, block_examples):
    """The units of A[l - 1] that a part takes, `width` at a time: for each example of some panels side by side."""
    width, row = tile_shape(work.A)[1], layer_of(plan, part.l - 1).row + part.column
    for c in range(0, part.columns, width):
        units, goal = min(width, part.columns - c), packed + c * block_examples
        if part.l == 1:
            source = (part.column + c) * X.row + (batch.first + begin * width) * X.column
            terms = min(panels * width, batch.m - begin * width)
            copy_block(X.numbers, source, X.column, X.row, terms, units, work.scratch, goal, width)
        else:
            A = panels_of(work.A, plan, batch, begin, row + c)
            for p in range(panels):
                source, examples = A.offset + p * A.size, filled(A, p)
                copy_block(work.A, source, 1, width, examples, units, work.scratch, goal + p * width * width, width)


@kernel
def finish_part(part, plan, batch, work, gradient, m):
    """db[l] for the rows of a part that begins at column 0; after the last batch dW and db are divided by m."""
    layer, inputs = layer_of(plan, part.l), layer_of(plan, part.l - 1).units
    divisor = m if batch.first + batch.m == m else 1
    for r in range(part.first, part.last):
        if divisor > 1:
            divide_numbers(gradient, layer.W + r * inputs + part.column, part.columns, divisor)
        if part.column == 0:
            total = sum_of_examples(panels_of(work.dZ, plan, batch, 0, layer.row), r, batch.panels)
            if batch.first > 0:
                total += gradient[layer.b + r]
            gradient[layer.b + r] = total / divisor


# === the step =========================================================================================


@njit
def wide_on_one_thread(plan, theta, X, Y, cut, work, gradient):
    """The whole step on one thread."""
    cut, width, costs = Cut(*cut), tile_shape(theta)[1], Workspace(*work).costs
    prepare_weights(plan, theta, work)
    J = theta.dtype.type(0.0)
    for first in range(0, cut.m, cut.panels * width):
        batch = batch_of(first, cut.panels, cut.m, width)
        examples_of_chunk(0, 1, plan, theta, X, Y, batch, work, 0)
        for panel in range(batch[2]):
            J += costs[panel]
        gradients_of_chunk(0, 1, plan, X, batch, work, 0, gradient, cut.m)
    return J / cut.m


@njit(parallel=True)
def wide_on_all_threads(plan, theta, X, Y, cut, work, gradient):
    """The whole step on all threads: they share the chunks of each batch, first its examples, then its gradients."""
    m, chunks, panels, each = cut
    costs, width = Workspace(*work).costs, tile_shape(theta)[1]
    prepare_weights(plan, theta, work)
    J = theta.dtype.type(0.0)
    for first in range(0, m, panels * width):
        batch = batch_of(first, panels, m, width)
        for chunk in prange(chunks):
            scratch_offset = get_thread_id() * each
            examples_of_chunk(np.intp(chunk), chunks, plan, theta, X, Y, batch, work, scratch_offset)
        for panel in range(batch[2]):
            J += costs[panel]
        for chunk in prange(chunks):
            scratch_offset = get_thread_id() * each
            gradients_of_chunk(np.intp(chunk), chunks, plan, X, batch, work, scratch_offset, gradient, m)
    return J / m
