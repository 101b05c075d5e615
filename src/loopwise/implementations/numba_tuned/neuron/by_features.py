"""A neuron's step for a tall X, with more features than examples: chunks share the features.

Were the examples shared, each chunk would need sums for a whole dw, far more numbers than there are z. Here a chunk
adds its features' share to every z; then all z are there, and the chunk fills its own part of dw. X is read twice, but
it is small enough to be in the last cache the second time.
"""

import numpy as np
from numba import prange

from ....jit.decorators import kernel, njit
from ....jit.matmul.matrix import Matrix
from ..thresholds import CHUNKS, TALL_UP_TO_BYTES
from .along_columns import add_examples_along_columns, products_along_columns
from .along_rows import add_examples_along_rows, products_along_rows
from .delta import costs_and_deltas, divisor_of
from .records import Lines, Neuron


def is_tall(X):
    """Whether features are to be shared in a step, which reads X twice."""
    return X.shape[0] >= X.shape[1] and X.nbytes <= TALL_UP_TO_BYTES and X.itemsize in X.strides


def is_tall_read_once(X):
    """Whether they are to be shared for z alone: whole columns are read faster, where there is one for each chunk."""
    by_rows = X.strides[1] == X.itemsize
    return X.shape[0] >= X.shape[1] and (by_rows or (X.strides[0] == X.itemsize and X.shape[1] < CHUNKS))


@kernel
def features_of_chunk(chunk, chunks, n_x):
    """One chunk's features, from the first to before the last."""
    return chunk * n_x // chunks, (chunk + 1) * n_x // chunks


@kernel
def partial_products_of_chunk(chunk, chunks, w, X, m, z):
    """What one chunk's features add to every z, in its own row of z."""
    X, (first, last) = Matrix(*X), features_of_chunk(chunk, chunks, len(w))
    mine, at, row = w[first:last], first * X.row, chunk * (len(z) // chunks)
    if X.column == 1:
        products_along_rows(mine, Lines(X.numbers, at, X.row), 0, m, z, row)
    else:
        products_along_columns(mine, Lines(X.numbers, at, X.column), 0, m, z, row)


@kernel
def gradient_of_chunk(chunk, chunks, X, m, dz, divisor, dw):
    """One chunk's part of dw."""
    X, (first, last) = Matrix(*X), features_of_chunk(chunk, chunks, len(dw))
    mine, at = dw[first:last], first * X.row
    for j in range(len(mine)):
        mine[j] = 0.0
    if X.column == 1:
        add_examples_along_rows(Lines(X.numbers, at, X.row), 0, m, dz, 0, mine)
    else:
        add_examples_along_columns(Lines(X.numbers, at, X.column), 0, m, dz, 0, mine)
    for j in range(len(mine)):
        mine[j] /= divisor


@kernel
def add_sums(chunks, m, z):
    """All chunks' rows of z, added in order to the first one; zeros follow the last example."""
    stride = len(z) // chunks
    for chunk in range(1, chunks):
        for i in range(m):
            z[i] += z[chunk * stride + i]
    for i in range(m, stride):
        z[i] = 0.0


@njit(parallel=True)
def tall_threads(chunks, w, b, kind, X, Y, z, dw):
    """The step of a tall X on all threads."""
    m, divisor = len(Y), divisor_of(kind, len(Y))
    for chunk in prange(chunks):
        partial_products_of_chunk(np.intp(chunk), chunks, w, X, m, z)
    add_sums(chunks, m, z)
    cost, db = costs_and_deltas(z, 0, Neuron(w, b, kind), Y, 0, m)
    for chunk in prange(chunks):
        gradient_of_chunk(np.intp(chunk), chunks, X, m, z, divisor, dw)
    return cost / divisor, db / divisor


@njit(parallel=True)
def tall_products(chunks, w, X, m, z):
    """z = wᵀX of a tall X on all threads, in the first row of z."""
    for chunk in prange(chunks):
        partial_products_of_chunk(np.intp(chunk), chunks, w, X, m, z)
    add_sums(chunks, m, z)
