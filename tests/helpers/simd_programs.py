"""One small program for every intrinsic of jit.simd, for its tests: compiled, or with their versions in NumPy."""

from types import FunctionType

import numba
import numpy as np
import pytest

from loopwise.jit.simd import numpy_vectors
from loopwise.jit.simd.tiles import (
    add_outer_product,
    add_products,
    add_tiles,
    as_wide,
    exact_tile,
    half_as_high,
    load_like,
    load_tile,
    multiply_add_tile,
    narrow_tile,
    store_tile,
    tile_columns,
    tile_rows,
    tile_shape,
    zero_tile,
    zeros_like,
)
from loopwise.jit.simd.vectors import (
    add_up,
    broadcast,
    copy_transposed,
    exponent_of,
    keep_first,
    lanes,
    load,
    load_first,
    magnitude,
    multiply_add,
    prefetch,
    select,
    store,
    store_first,
    two_to_the,
    with_sign_of,
)

DTYPES = np.float64, np.float32
CANARY = -777.0
each_type = pytest.mark.parametrize("dtype", DTYPES)


def compiled(program):
    return numba.njit(program)


def in_numpy(program):
    """The same text with the intrinsics' NumPy version."""
    return FunctionType(program.__code__, vars(numpy_vectors))


VERSIONS = [compiled, in_numpy]
each_version = pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.__name__)


def canaries(count, dtype):
    return np.full(count, CANARY, dtype)


def numbers(count, dtype, seed=0):
    """Of many sizes and both signs."""
    rng = np.random.default_rng(seed)
    return (rng.standard_normal(count) * 2.0 ** rng.integers(-12, 12, count)).astype(dtype)


# === programs =========================================================================================


def sizes(X):
    return lanes(X), tile_shape(X)


def move(X, x, A, a):
    store(A, a, load(X, x))


def move_first(X, x, A, a, whole, count):
    vector = load_first(X, x, count)
    store(whole, 0, vector)
    store_first(A, a, vector, count)


def keep(X, A, count):
    store(A, 0, keep_first(load(X, 0), count))


def spread(X, A, number):
    prefetch(X, 1000000)  # far outside: nothing happens
    store(A, 0, broadcast(X, number))
    store(A, lanes(X), broadcast(load(X, 0), number))


def arithmetic(X, Y, A):
    x, y, n = load(X, 0), load(Y, 0), lanes(X)
    store(A, 0, x + y)
    store(A, n, x - y)
    store(A, 2 * n, x * y)
    store(A, 3 * n, x / y)
    store(A, 4 * n, -x)
    store(A, 5 * n, select(x < y, x, y))
    store(A, 6 * n, magnitude(x))
    store(A, 7 * n, with_sign_of(x, y))


def fused(X, Y, Z, A):
    store(A, 0, multiply_add(load(X, 0), load(Y, 0), load(Z, 0)))


def total(X):
    return add_up(load(X, 0))


def power(X, A):
    for i in range(0, X.size, lanes(X)):
        store(A, i, two_to_the(load(X, i)))


def exponent(X, A):
    for i in range(0, X.size, lanes(X)):
        store(A, i, exponent_of(load(X, i)))


def transpose(X, x, x_stride, A, a, a_stride):
    copy_transposed(X, x, x_stride, A, a, a_stride)


def multiply(X, x, Y, y, terms, start, C, c):
    """A tile of C += X Y; x, y and c are the offset and the stride of what is read and written."""
    tile = load_tile(start, 2, tile_shape(start)[1] + 1)
    for k in range(terms):
        tile = add_outer_product(tile, X, x[0] + k, x[1], Y, y[0] + k * y[1])
    store_tile(C, c[0], c[1], tile)


def multiply_one_vector(X, Y, C, stride):
    """A tile of one vector of C += X Y, and a tile of two of them beside it; returns both widths."""
    one, two, n = load_like(as_wide(zero_tile(C), 1), C, 0, stride), as_wide(zero_tile(C), 2), lanes(C)
    two = load_like(two, C, n, stride)
    for k in range(X.shape[1]):
        one = add_outer_product(one, X, k, X.shape[1], Y, k * stride)
        two = add_outer_product(two, X, k, X.shape[1], Y, k * stride + n)
    store_tile(C, 0, stride, one)
    store_tile(C, n, stride, two)
    return tile_columns(one), tile_columns(two)


def multiply_exactly(X, Y, C):
    """A tile of C = X Y, with products that are rounded before they are added."""
    tile, width = exact_tile(C), tile_shape(C)[1]
    for k in range(X.shape[1]):
        tile = add_outer_product(tile, X, k, X.shape[1], Y, k * width)
    store_tile(C, 0, width, tile)


def multiply_few_rows(X, Y, C):
    """Half as many rows as a tile has of C = X Y, in a tile that is half as high; returns both heights."""
    whole, width = zero_tile(C), tile_shape(C)[1]
    tile = zeros_like(half_as_high(whole))
    for k in range(X.shape[1]):
        tile = add_outer_product(tile, X, k, X.shape[1], Y, k * width)
    store_tile(C, 0, width, tile)
    return tile_rows(whole), tile_rows(tile)


def scale_halves(X, factor, A, stride):
    """The left half of each row of X, times the factor, plus itself."""
    tile = load_like(narrow_tile(X), X, 0, stride)
    factors = broadcast(narrow_tile(X)[0][0], factor)
    store_tile(A, 0, stride, multiply_add_tile(tile, factors, factors))


def multiply_along(X, x, x_stride, Y, y, y_stride, A):
    tile = add_products(load_tile(A, 0, tile_shape(A)[1]), X, x, x_stride, Y, y, y_stride)
    store_tile(A, 0, tile_shape(A)[1], tile)


def combine(X, Y, factor, term, A, stride):
    sums = add_tiles(add_tiles(zero_tile(X), load_tile(X, 0, stride)), load_tile(Y, 0, stride))
    store_tile(A, 0, stride, multiply_add_tile(sums, load(factor, 0), load(term, 0)))


PROGRAMS = [sizes, move, move_first, keep, spread, arithmetic, fused, total, power, exponent, transpose]
PROGRAMS += [multiply, multiply_one_vector, multiply_exactly, multiply_few_rows, scale_halves, multiply_along, combine]
