"""Which kernel does a neuron's step, and the arrays it works in."""

import numpy as np

from ....jit.matmul.matrix import matrix, plain
from ..chunks import chunks_of
from ..thresholds import (
    NEURON_CHUNK_NUMBERS,
    NEURON_THREADS_PAY_FROM_NUMBERS,
    OVERRUN_NUMBERS,
    TALL_ROW_NUMBERS,
)
from ..workspace import filled_up, scratch
from .by_examples import all_threads, examples_per_block, one_thread
from .by_features import is_tall, is_tall_read_once, tall_products, tall_threads
from .forward import products_of_chunk, products_shared
from .one_example import step_of_one


def step(w, b, X, Y, kind):
    """Cost (of the perceptron: its errors) and gradients dw, db: means for logistic regression, else sums."""
    n_x, m = X.shape
    dtype, x, dw = X.dtype, matrix(X), np.empty((n_x, 1), X.dtype)
    w, Y, gradient = plain(w).reshape(-1), plain(Y).reshape(-1), dw.reshape(-1)
    if m == 1:
        cost, db = step_of_one(w, b, kind, plain(X).reshape(-1), Y, gradient)
        return cost, dw, db
    chunks = neuron_chunks(X)
    if chunks > 1 and is_tall(X):
        z = rows_of_chunks(chunks, m, dtype)
        cost, db = tall_threads(chunks, w, b, kind, tuple(x), Y, z, gradient)
        return cost, dw, db
    kernel, size = one_thread if chunks == 1 else all_threads, examples_per_block(n_x, m, X.itemsize, chunks)
    z = scratch("z", chunks * (2 * size + 2 * OVERRUN_NUMBERS + copied_numbers(x, size, n_x)), dtype)
    sums, dw_of_chunks = scratch("sums of chunks", 2 * chunks, dtype), scratch("dw", chunks * n_x, dtype)
    cost, db = kernel(w, b, kind, tuple(x), Y, z, dw_of_chunks, sums, gradient)
    return cost, dw, db


def weighted_sums(w, X):
    """z = wᵀX, (m,), for w : (n_x,)."""
    n_x, m = X.shape
    chunks = neuron_chunks(X)
    if chunks > 1 and is_tall_read_once(X):
        z = rows_of_chunks(chunks, m, X.dtype)
        tall_products(chunks, w, tuple(matrix(X)), m, z)
        return z[:m].copy()
    Z, x, size = np.empty(m, X.dtype), matrix(X), examples_per_block(n_x, m, X.itemsize, chunks)
    room = scratch("sums", chunks * (size + OVERRUN_NUMBERS + copied_numbers(x, size, n_x)), X.dtype)
    if chunks == 1:
        products_of_chunk(0, 1, w, tuple(x), m, room, Z)
    else:
        products_shared(chunks, w, tuple(x), m, room, Z)
    return Z


def neuron_chunks(X):
    """Into how many chunks a step on X is cut: one where threads do not pay."""
    return 1 if X.size < NEURON_THREADS_PAY_FROM_NUMBERS else chunks_of(X.size, NEURON_CHUNK_NUMBERS)


def rows_of_chunks(chunks, m, dtype):
    """Room for a row of z for each chunk: no two share a cache line."""
    return scratch("z", chunks * (filled_up(m, TALL_ROW_NUMBERS) + TALL_ROW_NUMBERS), dtype)


def copied_numbers(x, size, n_x):
    """How many numbers of a block of `size` examples are copied: none where one of X's strides is 1."""
    return 0 if 1 in (x.row, x.column) else size * n_x
