"""A narrow network's step: few parameters, so that each chunk has room for a gradient of its own.

A chunk takes its examples, a few panels at a time, through all layers, back, and into its gradient; at the end the
chunks' gradients are added up in order. Nothing is kept of examples that are done. How many chunks there are depends on
the sizes alone, so that no number of threads changes a bit.

A[l], X and dZ lie with their examples side by side, so dW[l] = dZ[l] A[l - 1]ᵀ is summed along the examples: each
vector of a register tile is the sum for one row of dZ[l] and one of A[l - 1], and nothing need be transposed.
"""

import numpy as np
from numba import get_thread_id, prange

from ....jit.decorators import kernel, njit
from ....jit.matmul.matrix import Matrix
from ....jit.simd.tiles import add_products, half_as_high, store_tile, tile_shape, zero_tile, zeros_like
from ....jit.simd.vectors import add_up, lanes, load
from ..thresholds import GAP_PANELS
from .layers import divide_numbers, filled, forward_and_backward, panels_of, prepare_weights, sum_of_examples
from .records import Batch, Corner, Cut, Panels, Workspace, layer_of


@kernel
def step_of_chunk(chunk, thread, plan, theta, X, Y, cut, work):
    """One chunk's examples from forward to gradient; returns the sum of their losses."""
    X, Y, cut, work = Matrix(*X), Matrix(*Y), Cut(*cut), Workspace(*work)
    width, first, scratch_offset = tile_shape(theta)[1], thread * (cut.panels + GAP_PANELS), thread * cut.each
    panels, sums = (cut.m + width - 1) // width, chunk * (len(work.sums) // cut.chunks)
    work.sums[sums : sums + len(theta)] = 0.0
    cost = theta.dtype.type(0.0)
    last = (chunk + 1) * panels // cut.chunks
    for begin in range(chunk * panels // cut.chunks, last, cut.panels):
        count, before = min(cut.panels, last - begin), (begin - first) * width
        # As if panel 0 held the examples from `before` on: then the thread's own panel `first` holds the right ones.
        batch = Batch(before, cut.m - before, first + count)
        forward_and_backward(plan, theta, X, Y, batch, first, count, work, scratch_offset)
        for p in range(count):
            cost += work.costs[first + p]
        for l in range(1, len(plan)):
            add_gradient(l, plan, batch, first, count, work, scratch_offset, sums)
    return cost


@kernel
def add_gradient(l, plan, batch, first, panels, work, scratch_offset, sums):
    """dW[l] and db[l] of some panels, added to a chunk's gradient."""
    height, width = tile_shape(work.A)
    layer, previous = layer_of(plan, l), layer_of(plan, l - 1)
    n, units, inputs, dZ = lanes(work.A), layer.units, previous.units, panels_of(work.dZ, plan, batch, first, layer.row)
    A = panels_of(work.A, plan, batch, first, previous.row)
    if l == 1:  # X, as forward has left it
        A = Panels(work.scratch, scratch_offset, inputs * width, dZ.examples)
    spare, goal = scratch_offset + panels * layer_of(plan, 0).units * width, sums + layer.W
    for r in range(0, units, height):
        zero, rows = zero_tile(work.A), min(height, units - r)
        for c in range(0, inputs, width // n):
            corner = Corner(goal + r * inputs + c, inputs, rows, min(width // n, inputs - c))
            from_row, from_column = row_on(dZ, r), row_on(A, c)
            if rows <= height // 2:
                add_corner(corner, from_row, from_column, panels, work, spare, half_as_high(zero))
            else:
                add_corner(corner, from_row, from_column, panels, work, spare, zero)
    for r in range(units):
        work.sums[sums + layer.b + r] += sum_of_examples(dZ, r, panels)


@kernel
def row_on(A, r):
    """Panels from one of their rows on."""
    return Panels(A.numbers, A.offset + r * tile_shape(A.numbers)[1], A.size, A.examples)


@kernel
def add_corner(corner, dZ, A, panels, work, spare, zero):
    """A corner of dZ[l] A[l - 1]ᵀ, with a tile in the shape of `zero`: each of its vectors is added up to one sum."""
    n, width = lanes(work.A), tile_shape(work.A)[1]
    tile = zeros_like(zero)
    for p in range(panels):
        dz, a = dZ.offset + p * dZ.size, A.offset + p * A.size
        for i in range(0, filled(dZ, p), n):
            tile = add_products(tile, work.dZ, dz + i, width, A.numbers, a + i, width)
    store_tile(work.scratch, spare, width, tile)
    for i in range(corner.rows):
        for j in range(corner.columns):
            work.sums[corner.offset + i * corner.stride + j] += add_up(load(work.scratch, spare + i * width + j * n))


@kernel
def add_chunks(chunks, m, sums, gradient):
    """The mean over all examples from the sums of every chunk."""
    P, each = len(gradient), len(sums) // chunks
    for i in range(P):
        gradient[i] = sums[i]
    for chunk in range(1, chunks):
        for i in range(P):
            gradient[i] += sums[chunk * each + i]
    divide_numbers(gradient, 0, P, m)


# === the step =========================================================================================


@njit
def narrow_on_one_thread(plan, theta, X, Y, cut, work, gradient):
    """The whole step on one thread."""
    parts, arrays, J = Cut(*cut), Workspace(*work), theta.dtype.type(0.0)
    prepare_weights(plan, theta, work)
    for chunk in range(parts.chunks):
        J += step_of_chunk(chunk, 0, plan, theta, X, Y, cut, work)
    add_chunks(parts.chunks, parts.m, arrays.sums, gradient)
    return J / parts.m


@njit(parallel=True)
def narrow_on_all_threads(plan, theta, X, Y, cut, work, gradient):
    """The whole step on all threads: they share the chunks. (`prange` cannot pass records: they are plain tuples.)"""
    parts, arrays, J = Cut(*cut), Workspace(*work), theta.dtype.type(0.0)
    m, chunks = parts.m, parts.chunks
    costs = arrays.costs[len(arrays.costs) - chunks :]
    prepare_weights(plan, theta, work)
    for chunk in prange(chunks):
        costs[chunk] = step_of_chunk(np.intp(chunk), get_thread_id(), plan, theta, X, Y, cut, work)
    add_chunks(chunks, m, arrays.sums, gradient)
    for chunk in range(chunks):
        J += costs[chunk]
    return J / m
