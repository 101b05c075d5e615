"""Every intrinsic for tiles: what it does, compiled and in NumPy, and that it touches no other element."""

import numpy as np
from helpers.simd_programs import (
    CANARY,
    canaries,
    combine,
    each_type,
    each_version,
    multiply,
    multiply_along,
    multiply_exactly,
    multiply_few_rows,
    multiply_one_vector,
    numbers,
    scale_halves,
)

from loopwise.jit.simd import numpy_vectors
from loopwise.jit.simd.numpy_vectors import lanes as lanes_of


@each_type
@each_version
def test_a_tile_of_sums(version, dtype):
    """Whole numbers: no sum is rounded, so any order has the same bits."""
    rows, columns = numpy_vectors.tile_shape(np.zeros(0, dtype))
    rng, terms = np.random.default_rng(0), 7
    X, Y = (rng.integers(-9, 9, shape).astype(dtype) for shape in ((rows, terms + 2), (terms, columns + 3)))
    start = rng.integers(-9, 9, 3 + rows * (columns + 1)).astype(dtype)
    C, stride = canaries(rows * (columns + 4) + 1, dtype), columns + 4
    expected = C.copy()
    first = np.array([start[2 + row * (columns + 1) :][:columns] for row in range(rows)])
    product = first + X[:, 1 : 1 + terms] @ Y[:, 2 : 2 + columns]
    for row in range(rows):
        expected[1 + row * stride :][:columns] = product[row]
    version(multiply)(X, (1, terms + 2), Y, (2, columns + 3), terms, start, C, (1, stride))
    np.testing.assert_array_equal(C, expected)


@each_type
@each_version
def test_tiles_of_one_vector_and_of_two(version, dtype):
    """Whole numbers again; the column behind them stays as it is."""
    n, rows = lanes_of(np.zeros(0, dtype)), numpy_vectors.tile_shape(np.zeros(0, dtype))[0]
    rng = np.random.default_rng(0)
    X, Y, C = (rng.integers(-9, 9, shape).astype(dtype) for shape in ((rows, 7), (7, 3 * n + 1), (rows, 3 * n + 1)))
    expected = C + X @ Y
    expected[:, 3 * n] = C[:, 3 * n]
    assert version(multiply_one_vector)(X, Y, C, 3 * n + 1) == (n, 2 * n)
    np.testing.assert_array_equal(C, expected)


@each_type
@each_version
def test_an_exact_tile_rounds_products_before_it_adds_them(version, dtype):
    """The slide's bits; multiply-adds have others, as the last term cancels all but what rounding left."""
    rows, columns = numpy_vectors.tile_shape(np.zeros(0, dtype))
    X, Y = numbers(2 * rows, dtype).reshape(rows, 2), numbers(2 * columns, dtype, 1).reshape(2, columns)
    X[:, 1], Y[1] = -X[:, 0], Y[0]
    C = np.full((rows, columns), CANARY, dtype)
    version(multiply_exactly)(X, Y, C)
    np.testing.assert_array_equal(C, np.zeros_like(C))


@each_type
@each_version
def test_a_tile_half_as_high_leaves_the_rows_below(version, dtype):
    rows, columns = numpy_vectors.tile_shape(np.zeros(0, dtype))
    rng = np.random.default_rng(0)
    X, Y = rng.integers(-9, 9, (rows, 5)).astype(dtype), rng.integers(-9, 9, (5, columns)).astype(dtype)
    C = canaries(rows * columns, dtype).reshape(rows, columns)
    assert version(multiply_few_rows)(X, Y, C) == (rows, rows // 2)
    np.testing.assert_array_equal(C[: rows // 2], X[: rows // 2] @ Y)
    assert (C[rows // 2 :] == CANARY).all()


@each_type
@each_version
def test_a_narrow_tile_leaves_the_other_half(version, dtype):
    rows, columns = numpy_vectors.tile_shape(np.zeros(0, dtype))
    X = np.random.default_rng(0).integers(-99, 99, (rows, columns)).astype(dtype)  # nothing is rounded
    A = canaries(X.size, dtype).reshape(X.shape)
    version(scale_halves)(X, dtype(3), A, columns)
    np.testing.assert_array_equal(A[:, : columns // 2], X[:, : columns // 2] * dtype(3) + dtype(3))
    assert (A[:, columns // 2 :] == CANARY).all()


@each_type
@each_version
def test_a_tile_of_sums_along_rows(version, dtype):
    n, (rows, columns) = lanes_of(np.zeros(0, dtype)), numpy_vectors.tile_shape(np.zeros(0, dtype))
    rng = np.random.default_rng(0)
    X, Y = (rng.integers(-9, 9, (count, n + 3)).astype(dtype) for count in (rows, columns // n))
    A = rng.integers(-9, 9, (rows, columns)).astype(dtype)
    expected = [[a + x[1 : n + 1] * y[2 : n + 2] for a, y in zip(row.reshape(-1, n), Y)] for row, x in zip(A, X)]
    version(multiply_along)(X, 1, n + 3, Y, 2, n + 3, A)
    np.testing.assert_array_equal(A, np.reshape(expected, (rows, columns)))


@each_type
@each_version
def test_tiles_are_added_scaled_and_shifted(version, dtype):
    n, (rows, columns) = lanes_of(np.zeros(0, dtype)), numpy_vectors.tile_shape(np.zeros(0, dtype))
    rng = np.random.default_rng(0)
    X, Y = rng.integers(-99, 99, (2, rows, columns + 1)).astype(dtype)
    factor, term = rng.integers(-9, 9, (2, n)).astype(dtype)
    A = canaries(X.size, dtype).reshape(X.shape)
    version(combine)(X, Y, factor, term, A, columns + 1)
    expected = (X + Y)[:, :columns] * np.tile(factor, columns // n) + np.tile(term, columns // n)
    np.testing.assert_array_equal(A[:, :columns], expected)
    assert (A[:, columns] == CANARY).all()
