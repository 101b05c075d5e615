"""Words for arithmetic and for bits of vectors: NumPy's bits, compiled and in NumPy."""

import math

import numpy as np
from helpers.simd_programs import arithmetic, canaries, each_type, each_version, exponent, fused, numbers, power, total

from loopwise.jit.simd.numpy_vectors import lanes as lanes_of


def of_every_kind(n, dtype):
    """Vectors with ±0, infinities, NaN and subnormal numbers in every place, against one another."""
    tiny = np.finfo(dtype).smallest_subnormal
    kinds = np.array([0.0, -0.0, 1.0, -1.5, np.inf, -np.inf, np.nan, tiny, -3 * tiny, 1e30, -1e-30, 1 / 3], dtype)
    pairs = np.array([(x, y) for x in kinds for y in kinds], dtype)
    for start in range(0, len(pairs), n):
        yield (
            np.resize(pairs[start : start + n].T, (2, n))
            if start + n > len(pairs)
            else pairs[start : start + n].T.copy()
        )


@each_type
@each_version
def test_arithmetic_is_numpys_bit_for_bit(version, dtype):
    n, program = lanes_of(np.zeros(0, dtype)), version(arithmetic)
    for X, Y in [*of_every_kind(n, dtype), numbers(2 * n, dtype).reshape(2, n)]:
        A = canaries(9 * n, dtype)
        with np.errstate(all="ignore"):
            program(X, Y, A)
            expected = [X + Y, X - Y, X * Y, X / Y, -X, np.where(X < Y, X, Y), np.abs(X), np.copysign(X, Y)]
        expected = np.concatenate([*expected, canaries(n, dtype)])
        np.testing.assert_array_equal(A, expected)
        known = ~np.isnan(expected)  # the sign of a NaN means nothing
        np.testing.assert_array_equal(np.signbit(A[known]), np.signbit(expected[known]))


@each_type
@each_version
def test_multiply_add_rounds_once_or_twice(version, dtype):
    n, eps, program = lanes_of(np.zeros(0, dtype)), np.finfo(dtype).eps, version(fused)
    X, Y, Z, A = (np.arange(first, first + n).astype(dtype) for first in (3, -5, 1000, 0))
    program(X, Y, Z, A)
    np.testing.assert_array_equal(A, X * Y + Z)  # whole numbers: nothing is rounded
    # (1 + eps)² - (1 + 2 eps) is eps², and 0 where the square has been rounded.
    X, Z = np.full(n, 1 + eps, dtype), np.full(n, -1 - 2 * eps, dtype)
    program(X, X, Z, A)
    assert set(A.tolist()) in ({0.0}, {float(eps) ** 2})


@each_type
@each_version
def test_lanes_are_added_halves_first(version, dtype):
    n = lanes_of(np.zeros(0, dtype))

    def halves_first(X):
        if len(X) == 1:
            return X[0]
        return halves_first([low + high for low, high in zip(X[: len(X) // 2], X[len(X) // 2 :])])

    other_orders, program = 0, version(total)
    for seed in range(40):
        X = numbers(n, dtype, seed)
        assert program(X) == halves_first(list(X))
        other_orders += program(X) != dtype(np.add.accumulate(X)[-1])
    assert n == 2 or other_orders > 0  # the numbers tell the orders apart


@each_type
@each_version
def test_two_to_the_is_exact_over_the_exponents_range(version, dtype):
    info, n = np.finfo(dtype), lanes_of(np.zeros(0, dtype))
    K = np.resize(np.arange(info.minexp, info.maxexp), 2 * info.maxexp // n * n).astype(dtype)
    A = np.empty_like(K)
    version(power)(K, A)
    assert A.tolist() == [math.ldexp(1.0, int(k)) for k in K]


@each_type
@each_version
def test_the_exponent_of_every_normal_number_is_right(version, dtype):
    """√½ ≤ f < √2 for a = f · 2^k, so 1 ≤ 2 f² < 4: whole numbers of any size tell exactly."""
    info, n = np.finfo(dtype), lanes_of(np.zeros(0, dtype))
    steps = np.arange(-4, 4) * info.epsneg
    near_the_ends = [
        dtype(np.sqrt(0.5)) * (1 + steps),
        1 + steps,
        dtype(np.sqrt(2.0)) * (1 + steps),
        [info.tiny, info.max],
    ]
    a = np.concatenate(
        [np.abs(numbers(400, dtype)), *near_the_ends, 2.0 ** np.linspace(info.minexp, info.maxexp - 1, 400)]
    )
    a = a.astype(dtype)
    a = np.concatenate([a, np.ones(-a.size % n, dtype)])
    K = np.empty_like(a)
    version(exponent)(a, K)
    for number, k in zip(a.tolist(), K.tolist()):
        p, q = number.as_integer_ratio()
        p, q = (p, q << int(k)) if k >= 0 else (p << -int(k), q)
        assert q * q <= 2 * p * p < 4 * q * q, f"{number.hex()} has exponent {k}"
