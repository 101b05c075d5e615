"""A neuron's z = wᵀX alone: chunks share the examples."""

import numpy as np
from numba import prange

from ....jit.decorators import kernel, njit
from ....jit.matmul.matrix import Matrix
from ....jit.matmul.packing import copy_block
from ..thresholds import OVERRUN_NUMBERS
from .along_columns import products_along_columns
from .along_rows import products_along_rows
from .by_examples import examples_per_block, range_of_chunk
from .records import Lines


@kernel
def products_of_chunk(chunk, chunks, w, X, m, buffer, Z):
    """Z[i] = wᵀx for one chunk's examples."""
    X, n_x = Matrix(*X), len(w)
    size = examples_per_block(n_x, m, w.itemsize, chunks)
    first, last = range_of_chunk(chunk, chunks, m, size)
    z = chunk * (len(buffer) // chunks)
    for i in range(first, last, size):
        count = min(size, last - i)
        if X.row == 1 and X.column != 1:
            products_along_columns(w, Lines(X.numbers, 0, X.column), i, count, buffer, z)
        elif X.column == 1:
            products_along_rows(w, Lines(X.numbers, 0, X.row), i, count, buffer, z)
        else:
            copy_block(X.numbers, i * X.column, X.row, X.column, n_x, count, buffer, z + size + OVERRUN_NUMBERS, size)
            products_along_rows(w, Lines(buffer, z + size + OVERRUN_NUMBERS, size), 0, count, buffer, z)
        for k in range(count):
            Z[i + k] = buffer[z + k]


@njit(parallel=True)
def products_shared(chunks, w, X, m, buffer, Z):
    """Z = wᵀX, chunk by chunk, on all threads."""
    for chunk in prange(chunks):
        products_of_chunk(np.intp(chunk), chunks, w, X, m, buffer, Z)
