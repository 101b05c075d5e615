"""A neuron's step in one pass over X: an example gives its z, and while it is still in cache its share of dw.

NumPy reads X twice, once for z = wᵀX and once for dw = X dZᵀ, and X is far too large to stay in cache between. Here a
few examples go through both products before the next ones are touched; the next ones are asked for meanwhile, so that
memory is never idle.

Examples are shared by chunks, each with sums of its own that are added up in order. How many there are is said by the
size of X alone: no number of threads changes a bit.
"""

import numpy as np
from numba import prange

from ....jit.decorators import kernel, njit
from ....jit.matmul.matrix import Matrix
from ....jit.matmul.packing import copy_block
from ....jit.simd.host import CACHE_LINE_BYTES
from ..thresholds import (
    CHUNKS,
    NEURON_BLOCK_BYTES,
    NEURON_BLOCK_LINES,
    NEURON_COLUMNS_BLOCK_BYTES,
    OVERRUN_NUMBERS,
)
from .along_columns import step_along_columns
from .along_rows import step_along_rows
from .delta import divisor_of
from .records import Lines, Neuron


@kernel
def examples_per_block(n_x, m, itemsize, chunks):
    """How many examples a block has: whole cache lines of each feature, one at least.

    At most NEURON_BLOCK_LINES of them, so that z stays in the nearest cache; at most NEURON_BLOCK_BYTES of X; and at
    most half of a chunk's examples.
    """
    line = CACHE_LINE_BYTES // itemsize
    most = min(NEURON_BLOCK_LINES * line, NEURON_BLOCK_BYTES // itemsize // n_x, m // (2 * max(CHUNKS, chunks)))
    return max(line, most // line * line)


@kernel
def range_of_chunk(chunk, chunks, m, size):
    """One chunk's examples, from the first to before the last: whole blocks, but for the last one."""
    blocks = (m + size - 1) // size
    return chunk * blocks // chunks * size, min(m, (chunk + 1) * blocks // chunks * size)


@kernel
def step_of_chunk(chunk, chunks, w, b, kind, X, Y, z, dw):
    """One chunk's examples: what they cost, Σ dz, and Σ x dz in its own part of dw."""
    neuron, X = Neuron(w, b, kind), Matrix(*X)
    n_x, m, each = len(w), len(Y), len(z) // chunks
    size = examples_per_block(n_x, m, z.itemsize, chunks)
    first, last = range_of_chunk(chunk, chunks, m, size)
    z, dw = z[chunk * each : (chunk + 1) * each], dw[chunk * n_x : (chunk + 1) * n_x]
    for j in range(n_x):
        dw[j] = 0.0
    if X.column == 1:
        return step_along_rows(neuron, Lines(X.numbers, 0, X.row), Y, first, last, size, z, dw)
    if X.row == 1:
        few = max(4, min(size, NEURON_COLUMNS_BLOCK_BYTES // (n_x * z.itemsize) // 4 * 4))
        return step_along_columns(neuron, Lines(X.numbers, 0, X.column), Y, first, last, few, z, dw)
    cost, db, copy = z.dtype.type(0.0), z.dtype.type(0.0), 2 * size + OVERRUN_NUMBERS
    for i in range(first, last, size):
        count = min(size, last - i)
        copy_block(X.numbers, i * X.column, X.row, X.column, n_x, count, z, copy, size)
        more, d = step_along_rows(neuron, Lines(z, copy - i, size), Y, i, i + count, size, z, dw)
        cost += more
        db += d
    return cost, db


@kernel
def add_chunks(chunks, divisor, costs, dbs, dw, gradient):
    """The chunks' sums, added in order and divided; returns the cost and db."""
    n_x, cost, db = len(gradient), costs.dtype.type(0.0), costs.dtype.type(0.0)
    for j in range(n_x):
        gradient[j] = 0.0
    for chunk in range(chunks):
        cost += costs[chunk]
        db += dbs[chunk]
        part = dw[chunk * n_x : (chunk + 1) * n_x]
        for j in range(n_x):
            gradient[j] += part[j]
    for j in range(n_x):
        gradient[j] /= divisor
    return cost / divisor, db / divisor


@njit
def one_thread(w, b, kind, X, Y, z, dw, sums, gradient):
    """The whole step on one thread."""
    sums[0], sums[1] = step_of_chunk(0, 1, w, b, kind, X, Y, z, dw)
    return add_chunks(1, divisor_of(kind, len(Y)), sums[:1], sums[1:], dw, gradient)


@njit(parallel=True)
def all_threads(w, b, kind, X, Y, z, dw, sums, gradient):
    """The whole step on all threads: they share the chunks. (`prange` cannot pass records: X is a plain tuple.)"""
    chunks = len(sums) // 2
    for chunk in prange(chunks):
        sums[chunk], sums[chunks + chunk] = step_of_chunk(np.intp(chunk), chunks, w, b, kind, X, Y, z, dw)
    return add_chunks(chunks, divisor_of(kind, len(Y)), sums[:chunks], sums[chunks:], dw, gradient)
