"""Sums by hand: dot product, matrix · vector, matrix · matrix."""

import numpy as np
from numba import prange

from ...jit.decorators import njit
from ..numba_loops import sums as one_thread
from .products import COLUMNS, matmul_tile, products

ROWS = 256  # rows of a tile, fewer while there are not yet TASKS tiles
TASKS = 8


@njit
def dot(w, x):
    """z = wᵀx. One output is one sum: nothing here may be shared."""
    return one_thread.dot(w, x)


@njit
def matvec(A, v):
    """u = A v: tasks share the rows."""
    return products(A, v)


@njit(parallel=True)
def matmul(A, B):
    """C = A B, cut into tiles of ROWS × COLUMNS outputs that threads share."""
    n, p = len(A), B.shape[1]
    C = np.empty((n, p), A.dtype)
    across = (p + COLUMNS - 1) // COLUMNS
    rows = ROWS
    while rows > 4 and across * ((n + rows - 1) // rows) < TASKS:
        rows //= 2
    for tile in prange(across * ((n + rows - 1) // rows)):
        r, c = tile // across * rows, tile % across * COLUMNS
        matmul_tile(A, B, C, r, min(n, r + rows), c, min(p, c + COLUMNS))
    return C
