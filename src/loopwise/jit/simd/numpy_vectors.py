"""Every intrinsic of `vectors.py` and `tiles.py` in NumPy: used instead of them when NUMBA_DISABLE_JIT=1."""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .host import TILE_ROWS, TILE_VECTORS, VECTOR_BYTES

__all__ = [
    "lanes",
    "load",
    "copy_transposed",
    "store",
    "load_first",
    "store_first",
    "keep_first",
    "prefetch",
    "broadcast",
    "multiply_add",
    "select",
]
__all__ += ["add_up", "magnitude", "with_sign_of", "two_to_the", "exponent_of"]
__all__ += ["tile_shape", "zero_tile", "exact_tile", "narrow_tile"]
__all__ += ["tile_rows", "tile_columns", "as_wide", "half_as_high", "zeros_like"]
__all__ += ["load_tile", "load_like", "store_tile"]
__all__ += ["add_outer_product", "add_products", "add_tiles", "multiply_add_tile"]


def lanes(array):
    return VECTOR_BYTES // array.itemsize


def _at(array, offset, count=None):
    """The elements that begin `offset` after the first, in memory's order."""
    count = lanes(array) if count is None else count
    return as_strided(array, (offset + count,), (array.itemsize,))[offset:]


def load(array, offset):
    return _at(array, offset).copy()


def copy_transposed(array, offset, stride, target, t_offset, t_stride):
    square = np.array([load(array, offset + row * stride) for row in range(lanes(array))])
    for row, numbers in enumerate(square.T):
        store(target, t_offset + row * t_stride, numbers)


def store(array, offset, vector):
    _at(array, offset)[:] = vector


def load_first(array, offset, count):
    vector = np.zeros(lanes(array), array.dtype)
    count = max(0, min(count, len(vector)))
    vector[:count] = _at(array, offset, count)
    return vector


def keep_first(vector, count):
    return np.where(np.arange(len(vector)) < count, vector, 0).astype(vector.dtype)


def store_first(array, offset, vector, count):
    count = max(0, min(count, len(vector)))
    _at(array, offset, count)[:] = vector[:count]


def prefetch(array, offset):
    pass


def broadcast(like, number):
    return np.full(lanes(like), number, like.dtype)


def multiply_add(a, b, c):
    return a * b + c


def select(mask, yes, no):
    return np.where(mask, yes, no)


def add_up(a):
    while len(a) > 1:
        a = a[: len(a) // 2] + a[len(a) // 2 :]
    return a[0]


magnitude, with_sign_of = np.abs, np.copysign


def two_to_the(k):
    return np.ldexp(np.ones_like(k), np.nan_to_num(k).astype(int))


def exponent_of(a):
    fraction, k = np.frexp(a)
    return (k - (fraction < np.sqrt(0.5))).astype(a.dtype)


def tile_shape(array):
    return TILE_ROWS, TILE_VECTORS * lanes(array)


def zero_tile(array):
    return np.zeros(tile_shape(array), array.dtype)


exact_tile, zeros_like = zero_tile, np.zeros_like  # NumPy rounds every product


def narrow_tile(array):
    return np.zeros((TILE_ROWS, TILE_VECTORS * lanes(array) // 2), array.dtype)


tile_rows = len


def tile_columns(tile):
    return tile.shape[1]


def as_wide(tile, vectors):
    return np.zeros((len(tile), vectors * lanes(tile)), tile.dtype)


def half_as_high(tile):
    return np.zeros_like(tile[: len(tile) // 2])


def _rows(array, offset, stride, tile):
    return [_at(array, offset + row * stride, tile.shape[1]) for row in range(len(tile))]


def load_tile(array, offset, stride):
    return load_like(zero_tile(array), array, offset, stride)


def load_like(tile, array, offset, stride):
    return np.array(_rows(array, offset, stride, tile))


def store_tile(array, offset, stride, tile):
    for row, sums in zip(_rows(array, offset, stride, tile), tile):
        row[:] = sums


def add_outer_product(tile, a, a_offset, a_stride, b, b_offset):
    rows, columns = tile.shape
    column = np.array([_at(a, a_offset + row * a_stride, 1)[0] for row in range(rows)])
    return tile + np.outer(column, _at(b, b_offset, columns))


def add_products(tile, a, a_offset, a_stride, b, b_offset, b_stride):
    n, vectors = lanes(tile), tile.shape[1] // lanes(tile)
    columns = np.concatenate([_at(b, b_offset + v * b_stride, n) for v in range(vectors)])
    rows = np.array([np.tile(_at(a, a_offset + row * a_stride, n), vectors) for row in range(len(tile))])
    return tile + rows * columns


def add_tiles(a, b):
    return a + b


def multiply_add_tile(tile, factor, term):
    return tile * np.resize(factor, tile.shape[1]) + np.resize(term, tile.shape[1])
