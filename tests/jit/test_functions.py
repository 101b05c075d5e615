"""exp, log, tanh, sigmoid and softplus of vectors: within the stated ULPs of mpmath, at every kind of number."""

import math
import re
from functools import cache
from types import FunctionType

import mpmath
import numba
import numpy as np
import pytest

from loopwise.contract.rounding_bounds import FUNCTION_ULPS
from loopwise.jit.simd import functions, numpy_vectors
from loopwise.jit.simd.vectors import load, store

DTYPES = np.float64, np.float32
EXACT = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "tanh": mpmath.tanh,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
}
# The worst arguments that a search among five million found.
HARDEST = {
    "exp": (581.2466643171726, 80.78820037841797),
    "log": (1.3967345466887016, 1.2724477052688599),
    "tanh": (0.17374640384241594, 0.5192646384239197),
    "sigmoid": (-2.713687766764283, -4.846225738525391),
    "softplus": (-1.2597850881423502, -1.2825692892074585),
}


@cache
def compiled(name):
    function = getattr(functions, name)

    @numba.njit
    def on_vectors(X, A, step):
        for i in range(0, X.size, step):
            store(A, i, function(load(X, i)))

    return on_vectors


def evaluate(name, x):
    """The function of every number of x, in vectors; the last one is filled up with ones."""
    step = numpy_vectors.lanes(x)
    X = np.concatenate([x, np.ones(-x.size % step, x.dtype)])
    A = np.full_like(X, 777)
    with np.errstate(all="ignore"):
        compiled(name)(X, A, step)
    return A[: x.size]


def in_numpy(**changed):
    """functions.py with the intrinsics of NumPy, on arrays of any length, and with constants changed."""
    names = vars(functions) | vars(numpy_vectors) | {"broadcast": np.full_like} | changed
    for name, value in vars(functions).items():
        code = getattr(getattr(value, "py_func", value), "__code__", None)
        if code is not None and code.co_filename == functions.__file__:
            names[name] = FunctionType(code, names)
    return names


@cache
def arguments(name, dtype):
    """Uniform, log-spaced, near 0 and 1, near thresholds and reduction boundaries, subnormal, any bits, the hardest."""
    rng = np.random.default_rng(0)
    info, wide = np.finfo(dtype), dtype == np.float64
    low, high = (-746, 710) if wide else (-105, 89)
    half = (np.arange(-60, 60) + 0.5) * np.log(2)
    tiny = float(info.smallest_subnormal)
    x = [rng.uniform(-3, 3, 150), rng.uniform(low, high, 150), rng.uniform(low, 0.93 * low, 80)]
    x += [rng.uniform(0.98 * high, high, 50), 1 + rng.uniform(-1, 1, 80) * 2.0 ** rng.uniform(-info.nmant, -1, 80)]
    x += [sign * 2.0 ** rng.uniform(info.minexp, np.log2(high), 80) for sign in (-1, 1)]
    x += [half * (1 + rng.uniform(-4, 4, half.size) * info.eps), half / 2, np.arange(1, 40) * tiny, -half * tiny]
    x += [np.array(HARDEST[name]), rng.uniform(-0.9, 0.9, 100), np.sqrt(0.5) * (1 + np.arange(-9, 9) * info.eps)]
    bits = np.frombuffer(rng.bytes(120 * info.bits // 8), dtype)
    with np.errstate(over="ignore"):
        x = np.concatenate([np.concatenate(x).astype(dtype), bits])
    x = x[np.isfinite(x)]
    if name == "log":
        x = np.abs(np.concatenate([x, 1 / x[np.abs(x) > info.tiny]]))
        return x[x > 0]
    return x[np.abs(x) < 1e6]  # what is larger overflows, or not, in `test_special_values`


@cache
def exact(name, dtype):
    with mpmath.workprec(150):
        return [EXACT[name](mpmath.mpf(float(x))) for x in arguments(name, dtype)]


def ulp_errors(results, exact):
    """|result - exact| in units of the exact value's last place; inf counts as the power of two that it replaces."""
    info, errors = np.finfo(results.dtype), []
    limit = mpmath.mpf(2) ** int(info.maxexp)
    for result, value in zip(results.tolist(), exact):
        exponent = min(max(mpmath.frexp(value)[1] - 1, info.minexp), info.maxexp - 1) if value else info.minexp
        distance = abs(max(min(mpmath.mpf(result), limit), -limit) - max(min(value, limit), -limit))
        errors.append(float(mpmath.ldexp(distance, int(info.nmant - exponent))) if result == result else np.inf)
    return np.array(errors)


def worst(name, dtype, results):
    with mpmath.workprec(150):
        return ulp_errors(results, exact(name, dtype)).max()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", EXACT)
def test_the_error_is_at_most_the_stated_one(name, dtype):
    found = worst(name, dtype, evaluate(name, arguments(name, dtype)))
    print(f"{name:9}{np.dtype(dtype)}  {found:.3f} ULPs of {functions.ULPS[name]}")
    assert found <= functions.ULPS[name] <= FUNCTION_ULPS
    # A stated error that is far above what is found would hide that a function has become worse.
    assert found > 0.7 * functions.ULPS[name]


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_measure_of_errors_is_right(dtype):
    """Counted by hand: ordinary numbers, both sides of a power of two, subnormal ones, overflow and NaN."""
    info = np.finfo(dtype)
    last, tiny, most = (mpmath.mpf(float(x)) for x in (info.eps, info.smallest_subnormal, info.max))
    with mpmath.workprec(150):
        cases = [(1, 1 + last / 4, 0.25), (1, 1 - last / 2, 1), (-3, -3 + last, 0.5), (0, tiny / 2, 0.5), (tiny, 0, 1)]
        cases += [(np.inf, most, 1), (np.inf, 2 * most, 0), (most, 4 * most, 1), (np.nan, 1, np.inf), (2, 1, 1 / last)]
        results, values, expected = zip(*cases)
        found = ulp_errors(np.array([float(result) for result in results], dtype), [mpmath.mpf(v) for v in values])
    assert found.tolist() == [float(error) for error in expected]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", EXACT)
def test_correctly_rounded_results_are_within_half_an_ulp(name, dtype):
    info = np.finfo(dtype)
    with mpmath.workprec(int(info.nmant) + 1):
        rounded = [(+value, value) for value in exact(name, dtype) if float(info.tiny) < abs(value) < float(info.max)]
    with mpmath.workprec(150):
        results, values = zip(*rounded)
        assert 0.49 < ulp_errors(np.array([float(result) for result in results], dtype), values).max() <= 0.5


# === the constants ====================================================================================


def polynomial_error(coefficients, exact, weight, low, high):
    """The largest error at 402 points of the interval, which do not meet 0; 300 bits, so that nothing cancels."""
    with mpmath.workprec(300):
        coefficients = [mpmath.mpf(float(c)) for c in coefficients]
        points = [low + (high - low) * k / 401 for k in range(402)]
        return max(abs(weight(x) * (mpmath.polyval(coefficients, x) - exact(x))) for x in points)


def error_of_exp(coefficients):
    """e^r itself is between 0.7 and 1.4, so its absolute error is what counts."""
    half = mpmath.log(2) / 2
    return polynomial_error(coefficients, lambda r: (mpmath.expm1(r) - r) / r**2, lambda r: r**2, -half, half)


def error_of_log(coefficients):
    """Relative to the logarithm, for w = s² and |s| ≤ 1/5."""
    tail = lambda w: 2 * (mpmath.atanh(mpmath.sqrt(abs(w))) / mpmath.sqrt(abs(w)) - 1) / w  # noqa: E731
    return polynomial_error(coefficients, tail, lambda w: w / 2, mpmath.mpf(10) ** -9, mpmath.mpf("0.04"))


@pytest.mark.parametrize("polynomial", ["EXP", "LOG"])
@pytest.mark.parametrize(
    ("dtype", "bits", "slip"),
    [(np.float64, {"EXP": 57, "LOG": 55.8}, 1e-13), (np.float32, {"EXP": 28, "LOG": 28}, 1e-5)],
)
def test_the_polynomials_are_as_good_as_their_comments_say(polynomial, dtype, bits, slip):
    error = {"EXP": error_of_exp, "LOG": error_of_log}[polynomial]
    coefficients = getattr(functions, polynomial)[DTYPES.index(dtype)]
    assert all(float(dtype(c)) == c for c in coefficients), "a coefficient is not a number of this type"
    assert error(coefficients) < mpmath.mpf(2) ** -bits[polynomial]
    for place in (-1, -2):
        slipped = list(coefficients)
        slipped[place] *= 1 + slip
        assert error(slipped) > mpmath.mpf(2) ** -bits[polynomial]


def test_k_ln_2_is_exact_and_complete():
    """For every exponent of exp and log, k times the high part is a number; high and low together are ln 2."""
    for dtype, high, low, largest in zip(DTYPES, functions.LN2_HIGH, functions.LN2_LOW, (1077, 152)):
        assert all(mpmath.mpf(float(dtype(k) * dtype(high))) == k * mpmath.mpf(high) for k in range(largest + 1))
        error = abs(mpmath.mpf(high) + mpmath.mpf(float(dtype(low))) - mpmath.log(2)) * largest
        assert error < np.finfo(dtype).eps / 2**6


# === planted faults ===================================================================================


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", EXACT)
def test_the_numpy_version_is_as_good(name, dtype):
    with np.errstate(all="ignore"):
        results = in_numpy()[name](arguments(name, dtype))
    assert results.dtype == dtype
    assert worst(name, dtype, results) <= functions.ULPS[name]


@pytest.mark.parametrize(("name", "constant", "place"), [
    ("exp", "EXP", -1), ("exp", "EXP", -2), ("tanh", "EXP", -1), ("tanh", "EXP", -2), ("sigmoid", "EXP", -1),
    ("log", "LOG", -1), ("softplus", "LOG", -1), ("softplus", "EXP", -1),
])  # fmt: skip
def test_a_coefficient_that_is_wrong_in_its_13th_digit_is_caught(name, constant, place):
    coefficients = list(getattr(functions, constant)[0])
    coefficients[place] *= 1 + 1e-13
    with np.errstate(all="ignore"):
        results = in_numpy(**{constant: (tuple(coefficients), None)})[name](arguments(name, np.float64))
    assert worst(name, np.float64, results) > functions.ULPS[name]


# === special values ===================================================================================

INF, NAN = np.inf, np.nan
ENDS = (1000.0, 1e308, INF)
SPECIAL = {
    "exp": [(0.0, 1), (-0.0, 1), *((x, INF) for x in ENDS), *((-x, 0.0) for x in ENDS)],
    "log": [(0.0, -INF), (-0.0, -INF), (1.0, 0.0), (INF, INF), (-1.0, NAN), (-1e-44, NAN), (-1e308, NAN), (-INF, NAN)],
    "tanh": [(0.0, 0.0), (-0.0, -0.0), (-1e-44, -1e-44), *((x, 1) for x in ENDS), *((-x, -1) for x in ENDS)],
    "sigmoid": [(0.0, 0.5), (-0.0, 0.5), (1e-44, 0.5), *((x, 1) for x in ENDS), *((-x, 0.0) for x in ENDS)],
    "softplus": [(0.0, np.log(2)), (-0.0, np.log(2)), *((x, x) for x in ENDS), *((-x, 0.0) for x in ENDS)],
}  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", SPECIAL)
def test_special_values(name, dtype):
    with np.errstate(over="ignore"):
        x, expected = np.array([*SPECIAL[name], (NAN, NAN)]).T.astype(dtype)
    results = evaluate(name, x)
    np.testing.assert_array_equal(results, expected)
    known = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(results[known]), np.signbit(expected[known]))


def test_nan_comes_through_maximum_and_minimum_as_the_first_operand():
    @numba.njit
    def both(X, Y, A, B):
        store(A, 0, functions.maximum(load(X, 0), load(Y, 0)))
        store(B, 0, functions.minimum(load(X, 0), load(Y, 0)))

    for a, b, larger, smaller in [
        (1, 2, 2, 1),
        (2, 1, 2, 1),
        (NAN, 1, NAN, NAN),
        (1, NAN, 1, 1),
        (-INF, INF, INF, -INF),
    ]:
        X, Y, A, B = (np.full(8, number, dtype=np.float64) for number in (a, b, 0, 0))
        both(X, Y, A, B)
        np.testing.assert_array_equal([A[0], B[0]], [larger, smaller])


def calls(kernel):
    """The calls in a compiled kernel, without the wrapper that Python calls it by."""
    assembly = next(iter(kernel.inspect_asm().values()))
    return re.findall(r"\n\s+(?:call|bl)\w*\s.*", assembly[: assembly.index("\n_ZN7cpython")])


@pytest.mark.compilation
def test_nothing_in_a_loop_is_called():
    """Functions are inlined: a call would spill every register of a kernel."""

    @numba.njit
    def all_of_them(X, A, step):
        for i in range(0, X.size, step):
            x = load(X, i)
            once = functions.softplus(x) + functions.tanh(x) * functions.log(functions.exp(x) + functions.sigmoid(x))
            store(A, i, functions.softplus(-once) + functions.tanh(once) * functions.log(functions.exp(-once)))

    @numba.njit
    def one_number_at_a_time(X, A, step):
        for i in range(0, X.size, step):
            A[i] = math.exp(X[i])

    for kernel in (all_of_them, one_number_at_a_time):
        kernel(np.ones(64), np.ones(64), 8)
    assert calls(all_of_them) == []
    assert calls(one_number_at_a_time) != []
