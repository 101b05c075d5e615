"""Kernels that do nothing but reach the machine's limits: read as fast as it can, stream, multiply and add.

Three kernels, each with its threads around it: a thread takes one contiguous part, all parts are equal, and each thread
has one. What is computed is simple enough to be checked: the sum of what was read, b + s · c, how many multiply-adds
there were.

A kernel advances a tile, as many vectors as the registers hold: their sums are independent, so that neither an adder
nor the memory ever waits for the one before.
"""

import numpy as np
from numba import prange

from ..jit.decorators import njit
from ..jit.simd.tiles import (
    add_tiles,
    exact_tile,
    load_like,
    load_tile,
    multiply_add_tile,
    narrow_tile,
    store_tile,
    tile_shape,
    zero_tile,
)
from ..jit.simd.vectors import broadcast, lanes, load, multiply_add, store

AT_ONCE = 4  # vectors that `triad` has under way
# How registers are used: whole, with multiply-adds; whole, product and sum apart, as the exact tier must; half of each.
FUSED, APART, HALF = range(3)


@njit
def tile_size(like):
    """How many numbers a tile of the array's type holds: the length of every part is a multiple of it."""
    rows, columns = tile_shape(like)
    return rows * columns


@njit
def sum_of_tile(tile, like):
    """The sum of all numbers of a tile."""
    numbers = np.zeros(tile_size(like), like.dtype)  # a half tile leaves some
    store_tile(numbers, 0, tile_shape(like)[1], tile)
    return numbers.sum()


# === touch: every page belongs to the memory nearest to the thread that will use it ===================


@njit(parallel=True)
def touch(x, parts, value):
    """Write `value` everywhere, each part by the thread that will read it: memory is given out at the first write."""
    size = len(x) // parts
    for part in prange(parts):
        x[part * size : (part + 1) * size] = value


# === read =============================================================================================


@njit
def read(x, start, stop, passes):
    """The sum of x[start:stop], gone through `passes` times."""
    tile, (rows, columns) = zero_tile(x), tile_shape(x)
    for _ in range(passes):
        for i in range(start, stop, rows * columns):
            tile = add_tiles(tile, load_tile(x, i, columns))
    return sum_of_tile(tile, x)


@njit(parallel=True)
def read_parts(x, parts, passes):
    """What each thread has read: the sum of its part, `passes` times."""
    size, sums = len(x) // parts, np.zeros(parts)
    for part in prange(parts):
        sums[part] = read(x, part * size, (part + 1) * size, passes)
    return sums


# === triad ============================================================================================


@njit
def triad(a, b, c, s, start, stop):
    """a = b + s · c from `start` to `stop`: STREAM's fourth kernel, with STREAM's ordinary stores."""
    factor = broadcast(a, s)
    for i in range(start, stop, AT_ONCE * lanes(a)):
        for v in range(AT_ONCE):
            offset = i + v * lanes(a)
            store(a, offset, multiply_add(factor, load(c, offset), load(b, offset)))


@njit(parallel=True)
def triad_parts(a, b, c, s, parts, passes):
    """Each thread its part, `passes` times."""
    size = len(a) // parts
    for part in prange(parts):
        for _ in range(passes):
            triad(a, b, c, s, part * size, (part + 1) * size)


# === multiply and add =================================================================================


@njit
def multiply_adds(like, x, factor, term, count):
    """The sum of a tile like `like`, begun with numbers of x, of which each became x · factor + term `count` times.

    Every product needs the sum before it, so none can be left out or done once for all, with or without an instruction
    that does both. With factor ½ and term 1 the numbers approach 2 and stay there, far from overflow and underflow.
    """
    tile = load_like(like, x, 0, tile_shape(x)[1])
    factors, terms = broadcast(like[0][0], factor), broadcast(like[0][0], term)
    for _ in range(count):
        tile = multiply_add_tile(tile, factors, terms)
    return sum_of_tile(tile, x)


@njit(parallel=True)
def multiply_adds_parts(x, factor, term, parts, count, way):
    """Each thread its own tile: `count` · `tile_size(x)` multiply-adds a part; half as many where `way` is HALF."""
    sums = np.zeros(parts)
    for part in prange(parts):
        if way == FUSED:
            sums[part] = multiply_adds(zero_tile(x), x, factor, term, count)
        elif way == APART:
            sums[part] = multiply_adds(exact_tile(x), x, factor, term, count)
        else:
            sums[part] = multiply_adds(narrow_tile(x), x, factor, term, count)
    return sums
