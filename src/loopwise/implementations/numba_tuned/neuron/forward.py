"""A neuron's z = wᵀX alone: chunks share the examples."""

import numpy as np
from numba import prange

from ....jit.decorators import kernel, njit
from ....jit.matmul.matrix import Matrix
from ....jit.matmul.packing import copy_block
from ..thresholds import CHUNKS
from .along_columns import products
from .along_rows import add_rows
from .by_examples import examples_of_chunk, examples_per_block
from .records import Lines


@kernel
def sums_of_chunk(chunk, chunks, w, X, m, scratch, Z):
    """Z[i] = wᵀx for one chunk's examples."""
    X, n_x = Matrix(*X), len(w)
    size = examples_per_block(n_x, m, w.itemsize)
    first, last = examples_of_chunk(chunk, chunks, m, size)
    z = chunk * (len(scratch) // chunks)
    for i in range(first, last, size):
        count = min(size, last - i)
        if X.row == 1 and X.column != 1:
            products(w, Lines(X.numbers, 0, X.column), i, count, scratch, z)
        elif X.column == 1:
            add_rows(w, Lines(X.numbers, 0, X.row), i, count, scratch, z)
        else:
            copy_block(X.numbers, i * X.column, X.row, X.column, n_x, count, scratch, z + size + 16, size)
            add_rows(w, Lines(scratch, z + size + 16, size), 0, count, scratch, z)
        for k in range(count):
            Z[i + k] = scratch[z + k]


@njit(parallel=True)
def sums_shared(w, X, m, scratch, Z):
    """Z = wᵀX, chunk by chunk, on all threads."""
    for chunk in prange(CHUNKS):
        sums_of_chunk(np.intp(chunk), CHUNKS, w, X, m, scratch, Z)
