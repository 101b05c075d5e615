"""C = A B as fast as the machine allows: the top of the ladder (`ladder.py`), for every shape and memory order.

What makes it fast, from the inside out:

- a *tile* of C, a few rows by a few vectors, is summed in registers: one term for all of its sums takes few loads and
  many multiply-adds (`simd.add_outer_product`);
- a *panel* of B, as wide as a tile and DEPTH terms deep, is copied so that it lies in the order in which it is read; it
  stays in the nearest cache while tile after tile takes it in;
- a block of A, ROWS rows and DEPTH terms, stays in the next cache while panel after panel passes by;
- threads share the columns of C, or its rows where the columns are few: never the terms of a sum.

Every sum takes its terms in the slide's order, k = 0, 1, 2 …; only, a multiply-add rounds once where the slide rounds
twice. So neither the number of threads nor the cut into blocks can change a bit.
"""

import numpy as np
from numba import get_num_threads, prange

from .._compile import njit
from .matrix import Matrix, matrix
from .simd import add_outer_product, lanes, load, load_tile, store, store_tile, tile_shape, zero_tile

DEPTH = 256  # terms of a panel: 256 × 12 float64 or 24 float32 are 24 KiB, three quarters of the nearest cache
ROWS = 128  # of a block of A: with DEPTH terms of float64, a quarter of 1 MiB
PANELS = 64  # at most in one task: 64 × 24 KiB are 1.5 MiB
SMALL = 500_000  # multiply-adds: less is done before other threads have woken up


def product(A, B):
    """C = A B.

    Parameters
    ----------
    A : array (n, k)
    B : array (k, p)
        Of the same number type, float64 or float32; C, F or strided order.

    Returns
    -------
    array (n, p)
        C-ordered. The same bits at any number of threads; a product of fewer than SMALL multiply-adds is done by one.
    """
    (n, inner), p = A.shape, B.shape[1]
    C = np.empty((n, p), A.dtype)
    if n * inner * p < SMALL:
        multiply_serial(matrix(A), matrix(B), C.reshape(-1), n, inner, p)
    else:
        multiply_shared(matrix(A), matrix(B), C.reshape(-1), n, inner, p, get_num_threads())
    return C


# === who does what ====================================================================================


@njit
def multiply_serial(A, B, C, n, inner, p):
    """C = A B on one thread: A and B are matrices, C the numbers of a C-ordered array (n, p)."""
    A = with_contiguous_rows(A, n, inner)
    width = PANELS * tile_shape(C)[1]
    for first in range(0, p, width):
        multiply_block(A, B, C, 0, n, first, min(p, first + width), inner, p)


@njit(parallel=True)
def multiply_shared(A, B, C, n, inner, p, threads):
    """C = A B: `threads` share the blocks of C."""
    A = with_contiguous_rows(A, n, inner)
    high, wide = tile_shape(C)
    down, across = blocks(-(-n // high), -(-p // wide), threads)
    for block in prange(down * across):
        first_row, last_row = share(block // across, down, n, high)
        first_column, last_column = share(block % across, across, p, wide)
        multiply_block(A, B, C, first_row, last_row, first_column, last_column, inner, p)


@njit
def blocks(tiles_down, tiles_across, threads):
    """Into how many blocks of C the work is cut, down and across: equally many for every thread.

    Columns are shared first, because then every panel of B is copied once; eight panels are worth a task.
    """
    across = max(1, min(threads, tiles_across // 8))
    down = max(1, min(tiles_down, threads // across))
    return down, across * -(-tiles_across // (across * PANELS))


@njit
def share(place, places, total, unit):
    """Where one of several equal shares begins and ends, in whole units."""
    units = -(-total // unit)
    return min(total, place * units // places * unit), min(total, (place + 1) * units // places * unit)


# === one block of C ===================================================================================


@njit
def multiply_block(A, B, C, first_row, last_row, first_column, last_column, inner, p):
    """Some rows and some columns of C: DEPTH terms of all their sums at a time."""
    high, wide = tile_shape(C)
    panels = np.zeros(-(-(last_column - first_column) // wide) * wide * min(DEPTH, inner), C.dtype)
    strip = np.zeros(high * DEPTH, C.dtype)
    edge = np.zeros((ROWS + high) * wide, C.dtype)
    for term in range(0, inner, DEPTH):
        depth = min(DEPTH, inner - term)
        copy_panels(B, term, depth, first_column, last_column, panels)
        for row in range(first_row, last_row, ROWS):
            rows = min(ROWS, last_row - row)
            whole = rows - rows % high
            copy_strip(A, row + whole, rows % high, term, depth, strip)
            for column in range(first_column, last_column, wide):
                at, columns = (column - first_column) * depth, min(wide, last_column - column)
                start = A.numbers, row * A.row + term, A.row
                if columns == wide:
                    add_panel(start, whole, panels, at, depth, C, row * p + column, p, term == 0)
                else:
                    fetch(C, row * p + column, p, whole, columns, edge, wide)
                    add_panel(start, whole, panels, at, depth, edge, 0, wide, term == 0)
                    put(edge, wide, whole, columns, C, row * p + column, p)
                if whole < rows:
                    corner = (row + whole) * p + column
                    fetch(C, corner, p, rows - whole, columns, edge, wide)
                    add_panel((strip, 0, DEPTH), high, panels, at, depth, edge, 0, wide, term == 0)
                    put(edge, wide, rows - whole, columns, C, corner, p)


@njit
def add_panel(start, rows, panels, at, depth, C, corner, stride, first):
    """Add `depth` terms to `rows` rows of sums, as many columns as a panel has."""
    numbers, a, a_row = start
    high = tile_shape(C)[0]
    for row in range(0, rows, high):
        place = corner + row * stride
        tile = zero_tile(C) if first else load_tile(C, place, stride)
        for k in range(depth):
            tile = add_outer_product(tile, numbers, a + row * a_row + k, a_row, panels, at + k * tile_shape(C)[1])
        store_tile(C, place, stride, tile)


# === copies ===========================================================================================


@njit
def with_contiguous_rows(A, n, inner):
    """A itself if the terms of a row lie side by side, else a copy in which they do."""
    if A.column == 1:
        return A
    copy = np.empty(n * inner, A.numbers.dtype)
    for r in range(0, n, 16):
        for c in range(0, inner, 16):
            for i in range(r, min(n, r + 16)):
                for j in range(c, min(inner, c + 16)):
                    copy[i * inner + j] = A.numbers[i * A.row + j * A.column]
    return Matrix(copy, inner, 1)


@njit
def copy_panels(B, term, depth, first_column, last_column, panels):
    """Copy some terms of some columns of B: panel after panel, in each term after term, zeros behind the last column."""
    wide = tile_shape(panels)[1]
    for column in range(first_column, last_column, wide):
        at, columns = (column - first_column) * depth, min(wide, last_column - column)
        start = term * B.row + column * B.column
        if B.column == 1 and columns == wide:
            for k in range(depth):
                for v in range(0, wide, lanes(panels)):
                    store(panels, at + k * wide + v, load(B.numbers, start + k * B.row + v))
        else:
            for c in range(columns):
                for k in range(depth):
                    panels[at + k * wide + c] = B.numbers[start + k * B.row + c * B.column]
            for c in range(columns, wide):
                for k in range(depth):
                    panels[at + k * wide + c] = 0.0


@njit
def copy_strip(A, row, rows, term, depth, strip):
    """Copy the last rows, which are too few for a tile; the rows behind them stay zeros."""
    for r in range(rows):
        for k in range(depth):
            strip[r * DEPTH + k] = A.numbers[(row + r) * A.row + term + k]


@njit
def fetch(C, corner, stride, rows, columns, edge, edge_stride):
    """Sums from C to a tile at its edge."""
    for r in range(rows):
        for c in range(columns):
            edge[r * edge_stride + c] = C[corner + r * stride + c]


@njit
def put(edge, edge_stride, rows, columns, C, corner, stride):
    """Sums from a tile at the edge back to C."""
    for r in range(rows):
        for c in range(columns):
            C[corner + r * stride + c] = edge[r * edge_stride + c]
