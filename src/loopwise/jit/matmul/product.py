"""C = A B as fast as the machine allows: the top of the ladder (`ladder.py`), for every shape and memory order.

What makes it fast, from the inside out:

- a *tile* of C, a few rows by a few vectors, is summed in registers: one term for all of its sums takes few loads and
  many multiply-adds (`simd.tiles.add_outer_product`);
- a *panel* of B, as wide as a tile and PANEL_TERMS deep, is copied so that it lies in the order in which it is read; it
  stays in the nearest cache while tile after tile takes it in;
- a block of A, BLOCK_ROWS high and PANEL_TERMS wide, stays in the next cache while panel after panel passes by;
- what the next panel will need is asked for while this one is multiplied, so that memory is never waited for;
- threads share the columns of C, or its rows: never the terms of a sum.

Every sum takes its terms in the slide's order, k = 0, 1, 2 …; so neither the number of threads nor the cut into blocks
can change a bit. `product` adds with multiply-adds, which round once where the slide rounds twice; `exact_product`
rounds each product before it is added, and has the slide's bits. They differ in the tile of zeros that sums begin with.
"""

from typing import NamedTuple

import numpy as np
from numba import get_num_threads, prange
from numba.extending import overload

from ..decorators import kernel, njit
from ..simd.host import CACHE_LINE_BYTES
from ..simd.tiles import (
    add_outer_product,
    as_wide,
    exact_tile,
    half_as_high,
    load_like,
    store_tile,
    tile_columns,
    tile_rows,
    tile_shape,
    zero_tile,
    zeros_like,
)
from ..simd.vectors import lanes, load, load_first, prefetch, store
from .matrix import matrix
from .packing import copy_block, copy_numbers, fill_columns

# Other values: `python benchmarks/goals/thresholds.py`.
PANEL_TERMS = 256  # about: 256 × 12 float64 or 24 float32 are 24 KiB, three quarters of the nearest cache; AVX-512: 48
BLOCK_ROWS = 128  # of a block of A: with PANEL_TERMS terms of float64, a quarter of 1 MiB
NEXT_CACHE_BYTES = 2**20  # a block of C that is larger will not be there when its next terms are added
FEW_TILES = 2  # rows of tiles for which B is read where it lies
TASK_PANELS = 64  # at most in one task: 64 × 24 KiB are 1.5 MiB; AVX-512: 3
THREADS_PAY_FROM_MULTIPLY_ADDS = 500_000  # below, waking other threads costs more than they save


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
        C-ordered. Same bits at any number of threads; a product below THREADS_PAY_FROM_MULTIPLY_ADDS is done by one.
    """
    return multiplied(A, B, multiply_serial, multiply_shared)


def exact_product(A, B):
    """C = A B with the slide's bits; as `product` otherwise."""
    return multiplied(A, B, multiply_serial_exactly, multiply_shared_exactly)


def multiplied(A, B, serial, shared):
    """C = A B by one of two kernels: on one thread, or on all."""
    (n, inner), p = A.shape, B.shape[1]
    C = np.empty((n, p), A.dtype)
    if n * inner * p < THREADS_PAY_FROM_MULTIPLY_ADDS:
        serial(matrix(A), matrix(B), C.reshape(-1), n, inner, p)
    else:
        shared(matrix(A), matrix(B), C.reshape(-1), n, inner, p, get_num_threads())
    return C


# === which thread computes what =======================================================================


@njit
def multiply_serial(A, B, C, n, inner, p):
    """C = A B on one thread: A and B are matrices, C the numbers of a C-ordered array (n, p)."""
    width = TASK_PANELS * tile_shape(C)[1]
    for first in range(0, p, width):
        multiply_share(zero_tile(C), A, B, C, Block(0, n, first, min(p, first + width)), inner, p)


@njit
def multiply_serial_exactly(A, B, C, n, inner, p):
    """The same with the slide's bits."""
    width = TASK_PANELS * tile_shape(C)[1]
    for first in range(0, p, width):
        multiply_share(exact_tile(C), A, B, C, Block(0, n, first, min(p, first + width)), inner, p)


@njit(parallel=True)
def multiply_shared(A, B, C, n, inner, p, threads):
    """C = A B: `threads` share the blocks of C."""
    height, width = tile_shape(C)
    down, across = blocks(-(-n // height), -(-p // width), 4 * p < n, threads)
    for block in prange(down * across):
        multiply_share(zero_tile(C), A, B, C, block_of(block, down, across, n, p, C), inner, p)


@njit(parallel=True)
def multiply_shared_exactly(A, B, C, n, inner, p, threads):
    """The same with the slide's bits."""
    height, width = tile_shape(C)
    down, across = blocks(-(-n // height), -(-p // width), 4 * p < n, threads)
    for block in prange(down * across):
        multiply_share(exact_tile(C), A, B, C, block_of(block, down, across, n, p, C), inner, p)


class Block(NamedTuple):
    """Some rows and some columns of C."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@kernel
def block_of(index, down, across, n, p, C):
    """One block of those that `blocks` tells of."""
    height, width = tile_shape(C)
    # Columns by whole panels, or by whole vectors if a thread has few panels.
    unit = width if p > 16 * across * width else lanes(C)
    return Block(*share(index // across, down, n, height), *share(index % across, across, p, unit))


@kernel
def blocks(tiles_down, tiles_across, is_tall, threads):
    """Into how many blocks C is cut, down and across: as many for each thread, so more for more threads.

    So that a block has the fewest tiles, counting a panel that is copied as one; no thread may have more than one block
    for each TASK_PANELS. Columns are shared rather than rows, unless rows are better by a twentieth: then no thread
    copies what another one copies, too. Where C is tall it is rows, for then A, much larger than B, is read once.
    """
    best, least = (1, 1), 2 * (tiles_down + 1) * tiles_across
    for i in range(min(threads, tiles_down)):
        down = min(threads, tiles_down) - i if is_tall else i + 1
        across = max(1, min(tiles_across, threads // down))
        tiles = (-(-tiles_down // down) + 1) * -(-tiles_across // across)
        if 20 * tiles < 19 * least:
            best, least = (down, across), tiles
    down, across = best
    return down, across * -(-tiles_across // (across * TASK_PANELS))


@kernel
def share(index, shares, total, unit):
    """Where one of several equal shares begins and ends, in whole units."""
    units = -(-total // unit)
    return min(total, index * units // shares * unit), min(total, (index + 1) * units // shares * unit)


# === one block of C ===================================================================================


class Rows(NamedTuple):
    """Rows of numbers side by side: some terms of some rows of A, or a panel, a row for each term."""

    numbers: np.ndarray
    offset: int  # offset of the first row
    stride: int  # numbers from one row to the next
    count: int  # type: ignore[assignment]  # a tuple's own method of that name is not needed


class Panel(NamedTuple):
    """A panel that was copied: rows as wide as a tile, one after the other."""

    numbers: np.ndarray
    offset: int  # offset of the first row
    count: int  # type: ignore[assignment]


def stride_of(panel):
    """Numbers from one term's row to the next: of a copied panel known when the kernel is compiled, as it must be.

    (Asked for while it runs, it costs a product of large matrices a fifth of its speed.)
    """
    return tile_shape(panel.numbers)[1] if isinstance(panel, Panel) else panel.stride


@overload(stride_of)
def _stride_of(panel):
    if panel.instance_class is Panel:
        return lambda panel: tile_shape(panel.numbers)[1]
    return lambda panel: panel.stride


class Sums(NamedTuple):
    """Where some sums stand, row by row."""

    numbers: np.ndarray
    offset: int  # offset of the first row
    stride: int  # numbers from one row to the next
    columns: int


@njit
def multiply_share(like, A, B, C, block, inner, p):
    """A block of C, with tiles like `like`: with B where it lies for few rows, for more with panels that are copied."""
    (height, width), (first_row, last_row, first_column, last_column) = tile_shape(C), block
    if B.column == 1 and last_row - first_row <= FEW_TILES * height:
        whole = first_column + (last_column - first_column) // width * width
        multiply_few_rows(like, A, B, C, Block(first_row, last_row, first_column, whole), inner, p)
        first_column = whole
    if first_column < last_column:
        multiply_block(like, A, B, C, Block(first_row, last_row, first_column, last_column), inner, p)


@njit
def multiply_few_rows(like, A, B, C, block, inner, p):
    """A block of few rows and whole panels: to copy them would take as long as to multiply."""
    (height, width), (first_row, last_row, first_column, last_column) = tile_shape(C), block
    parts = (inner + PANEL_TERMS - 1) // PANEL_TERMS
    most = (inner + parts - 1) // parts
    copies = np.zeros((1 if A.column == 1 else FEW_TILES + 1) * height * most, C.dtype)
    edge, ahead = np.zeros(height * width, C.dtype), Rows(B.numbers, 0, 0, 0)
    for part in range(parts):
        term, next_term = inner * part // parts, inner * (part + 1) // parts
        whole, rest = rows_of(A, first_row, last_row - first_row, term, next_term - term, copies)
        for column in range(first_column, last_column, width):
            b, corner = Rows(B.numbers, term * B.row + column, B.row, next_term - term), first_row * p + column
            add_panel(like, whole, b, Sums(C, corner, p, width), edge, part == 0, ahead)
            sums = Sums(C, corner + whole.count * p, p, width)
            if rest.count > height // 2:
                add_panel(like, rest, b, sums, edge, part == 0, ahead)
            elif rest.count > 0:
                add_panel(half_as_high(like), rest, b, sums, edge, part == 0, ahead)


@njit
def multiply_block(like, A, B, C, block, inner, p):
    """A block of C, with tiles like `like`: about PANEL_TERMS terms of all its sums at a time."""
    (height, width), (first_row, last_row, first_column, last_column) = tile_shape(C), block
    parts = (inner + PANEL_TERMS - 1) // PANEL_TERMS
    most = (inner + parts - 1) // parts
    panels = np.empty(-(-(last_column - first_column) // width) * width * most, C.dtype)
    copies = np.zeros((height if A.column == 1 else BLOCK_ROWS + height) * most, C.dtype)
    edge = np.zeros((BLOCK_ROWS + height) * width, C.dtype)
    for part in range(parts):
        term, next_term = inner * part // parts, inner * (part + 1) // parts
        depth, is_first = next_term - term, part == 0
        for row in range(first_row, last_row, BLOCK_ROWS):
            rows = min(BLOCK_ROWS, last_row - row)
            whole, rest = rows_of(A, row, rows, term, depth, copies)
            for column in range(first_column, last_column, width):
                columns = min(width, last_column - column)
                panel = (column - first_column) * depth
                ahead = Rows(B.numbers, 0, 0, 0)
                if row == first_row:
                    copy_panel(B, term, depth, column, columns, panels, panel)
                    ahead = next_panel(B, term, next_term, column + width, first_column, last_column, inner)
                b, corner = Panel(panels, panel, depth), row * p + column
                add_rows(like, whole, b, Sums(C, corner, p, columns), edge, is_first, ahead)
                sums = Sums(C, corner + whole.count * p, p, columns)
                if rest.count > height // 2:
                    add_panel(like, rest, b, sums, edge, is_first, ahead)
                elif rest.count > 0:
                    add_panel(half_as_high(like), rest, b, sums, edge, is_first, ahead)


@kernel
def add_rows(like, a, panel, sums, edge, is_first, ahead):
    """Add a panel's terms to rows that fill tiles, with tiles no wider than its columns need."""
    vectors = -(-sums.columns // lanes(sums.numbers))
    if vectors == 1:
        add_panel(as_wide(like, 1), a, panel, sums, edge, is_first, ahead)
    elif vectors == 2:
        add_panel(as_wide(like, 2), a, panel, sums, edge, is_first, ahead)
    else:
        add_panel(like, a, panel, sums, edge, is_first, ahead)


@kernel
def add_panel(like, a, panel, sums, edge, is_first, ahead):
    """Add a panel's terms to a.count rows of sums: those at an edge of C are taken to `edge`, where a tile fits."""
    width = tile_shape(sums.numbers)[1]
    (C, corner, stride, columns), fits = sums, sums.columns == tile_columns(like) and a.count % tile_rows(like) == 0
    if not fits:
        copy_numbers(C, corner, stride, 1, a.count, columns, edge, 0, width)
    add_tiles(like, a, panel, sums if fits else Sums(edge, 0, width, width), is_first, ahead)
    if not fits:
        copy_numbers(edge, 0, width, 1, a.count, columns, C, corner, stride)


@kernel
def add_tiles(like, a, panel, sums, is_first, ahead):
    """Tile after tile takes in the panel. Meanwhile what the next one needs, of B and of C, is on its way."""
    C, corner, stride, _ = sums
    height, width = tile_rows(like), tile_shape(C)[1]
    for row in range(0, a.count, height):
        c = corner + row * stride
        tile = zeros_like(like) if is_first else load_like(like, C, c, stride)
        prefetch_tile(C, c + width, stride, height)
        for k in range(row * ahead.count // a.count, min(a.count, row + height) * ahead.count // a.count):
            prefetch_panel_row(ahead.numbers, ahead.offset + k * ahead.stride)
        first = a.offset + row * a.stride
        for k in range(panel.count):
            tile = add_outer_product(
                tile, a.numbers, first + k, a.stride, panel.numbers, panel.offset + k * stride_of(panel)
            )
        store_tile(C, c, stride, tile)


@kernel
def prefetch_tile(C, corner, stride, height):
    """The sums of a tile: row by row, and line by line where C is too large to be in the next cache already."""
    width = tile_shape(C)[1]
    for r in range(height):
        prefetch_panel_row(C, corner + r * stride)
    if BLOCK_ROWS * stride * C.itemsize > NEXT_CACHE_BYTES:
        for r in range(height):
            for v in range(CACHE_LINE_BYTES // C.itemsize, width, CACHE_LINE_BYTES // C.itemsize):
                prefetch(C, corner + r * stride + v)


@kernel
def prefetch_panel_row(array, offset):
    """As many numbers as a panel is wide, at both ends: two cache lines; AVX-512 has three or four."""
    prefetch(array, offset)
    prefetch(array, offset + tile_shape(array)[1] - 1)


# === copies ===========================================================================================


@njit
def rows_of(A, row, rows, term, depth, copies):
    """Some rows of A: those that fill tiles, and the rest, whose tile reads past them: those sums are discarded.

    They are read where they lie if the terms of a row lie side by side; otherwise, and where they do not fill a tile,
    they are copied.
    """
    count = rows - rows % tile_shape(copies)[0]
    if A.column == 1:
        whole, rest = Rows(A.numbers, row * A.row + term, A.row, count), Rows(copies, 0, depth, rows - count)
    else:
        whole, rest = Rows(copies, 0, depth, count), Rows(copies, count * depth, depth, rows - count)
    copied = rest.count if A.column == 1 else rows
    corner = (row + rows - copied) * A.row + term * A.column
    copy_block(A.numbers, corner, A.row, A.column, copied, depth, copies, 0, depth)
    return whole, rest


@kernel
def copy_panel(B, term, depth, column, columns, panels, panel):
    """Copy some terms of a few columns of B, term after term, with zeros behind the last column."""
    width = tile_shape(panels)[1]
    offset = term * B.row + column * B.column
    if B.column != 1:
        copy_block(B.numbers, offset, B.row, B.column, depth, columns, panels, panel, width)
        fill_columns(depth, columns, width, panels, panel, width)
    elif columns < width:
        for k in range(depth):
            for v in range(0, width, lanes(panels)):
                store(panels, panel + k * width + v, load_first(B.numbers, offset + k * B.row + v, columns - v))
    else:
        for k in range(depth):
            for v in range(0, width, lanes(panels)):
                store(panels, panel + k * width + v, load(B.numbers, offset + k * B.row + v))


@njit
def next_panel(B, term, next_term, column, first_column, last_column, inner):
    """What of B will be copied next: the columns that follow, or after the last ones the terms that follow."""
    if column >= last_column:
        term, column = next_term, first_column
    if B.column != 1 or term == inner:  # columns that lie side by side follow each other by themselves
        return Rows(B.numbers, 0, 0, 0)
    return Rows(B.numbers, term * B.row + column, B.row, min(next_term - term or PANEL_TERMS, inner - term))
