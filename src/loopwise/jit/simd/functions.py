"""exp, log, tanh, sigmoid and softplus of vectors, in Python with the intrinsics of `vectors.py`.

Each is the textbook's three steps, without branches and without tables, for float64 and for float32:

1. range reduction     exp: x = k ln 2 + r with |r| ≤ ½ ln 2      log: a = 2^k (1 + f) with √½ ≤ 1 + f < √2
2. a polynomial        exp: e^r = 1 + r + r² q(r)                 log: log(1 + f) = 2 artanh(f / (2 + f))
3. reconstruction      exp: e^x = 2^k e^r                         log: log a = k ln 2 + log(1 + f)

The others are made of the same pieces, and of e^-|z| only, which never overflows. Where a result is small its leading
term is exact and only a correction is rounded, so the errors are relative everywhere: none is above `ULPS`. Subnormal
numbers, ±0, infinities and NaN are treated as IEEE 754 asks.

Nothing here relies on a fused multiply-add, but every one that the host has makes the results a little better.
"""

from numba.extending import overload

from ..decorators import kernel
from .vectors import broadcast, exponent_of, magnitude, multiply_add, select, two_to_the, with_sign_of

# The largest error of each function, in ULPs: that of 5 million random arguments, rounded up (tests: against mpmath).
ULPS = {"exp": 1.1, "log": 1.0, "tanh": 2.3, "sigmoid": 2.5, "softplus": 2.0}

# === constants: one for float64, one for float32 ======================================================

LOG2_E = 1.4426950408889634
# ln 2 = high + low. The high part ends in zeros, so that k · high is exact for every exponent k.
LN2_HIGH = 0.6931471805598903, 0.693145751953125
LN2_LOW = 5.497923018708371e-14, 1.4286068203094173e-06
# A sum with 1.5 · 2^52 (float32: 2^23) has no room for a fraction: adding it and taking it off rounds to whole numbers.
ROUNDING = 1.5 * 2.0**52, 1.5 * 2.0**23
# Beyond these e^x is 0 or inf, also when it is rounded upwards.
LOWEST = -746.0, -105.0
HIGHEST = 710.0, 89.0
# 2^k is normal for |k| ≤ `NORMAL`, and also for what is left of an exponent of exp.
NORMAL = 1000.0, 120.0
# Beyond this tanh is 1.
TANH_IS_ONE = 20.0, 10.0
# log multiplies what is below `SMALL` by 2^ENLARGED: then its fraction has all its bits, and -k is an exponent too.
SMALL = 2.0**-1000, 2.0**-100
ENLARGED = 60.0, 30.0

# q(r) = (e^r - 1 - r) / r² for |r| ≤ ½ ln 2, highest power first; r² times its error is below 2^-57 and 2^-28.
EXP = (
    (
        2.511265401198411e-08,
        2.762578783337931e-07,
        2.7557232875898035e-06,
        2.480150708615125e-05,
        0.00019841269898657093,
        0.0013888888928150196,
        0.008333333333315955,
        0.04166666666660034,
        0.16666666666666685,
        0.5,
    ),
    (0.0013935758033767343, 0.008369089104235172, 0.04166645556688309, 0.16666516661643982, 0.5),
)
# p(s²) = 2 (artanh(s) / s - 1) / s² for 0 ≤ s ≤ 1/5; s²/2 times its error is below 2^-55.8 and 2^-28.
LOG = (
    (
        0.15369955845355204,
        0.1524992272807199,
        0.18186371988992064,
        0.22222138021928645,
        0.28571429402835674,
        0.3999999999610431,
        0.6666666666667287,
    ),
    (0.3036912679672241, 0.39957305788993835, 0.6666695475578308),
)


def _suited(x, constants):
    """The constant, or the coefficients, for the number type of x: known when the kernel is compiled."""
    return constants[0 if x.itemsize == 8 else 1]


@overload(_suited)
def _suited_to_vector(x, constants):
    if x.bits == 64:
        return lambda x, constants: constants[0]
    return lambda x, constants: constants[1]


@kernel
def _all(x, constants):
    """A vector of the constant for the number type of x."""
    return broadcast(x, _suited(x, constants))


@kernel
def _polynomial(x, coefficients):
    """Horner's rule in x², two coefficients at a time: the pairs do not wait for each other."""
    square = x * x
    count = len(coefficients)
    y = broadcast(x, coefficients[0])
    if count % 2 == 0:
        y = multiply_add(y, x, broadcast(x, coefficients[1]))
    for i in range(2 - count % 2, count, 2):
        pair = multiply_add(broadcast(x, coefficients[i]), x, broadcast(x, coefficients[i + 1]))
        y = multiply_add(y, square, pair)
    return y


# === maximum, minimum =================================================================================


@kernel
def maximum(a, b):
    """The larger one, lane by lane. a where a is NaN, and also where b is: NaN comes through as the first operand."""
    return select(a < b, b, a)


@kernel
def minimum(a, b):
    """The smaller one, lane by lane. a where a is NaN, and also where b is: NaN comes through as the first operand."""
    return select(b < a, b, a)


# === exp ==============================================================================================


@kernel
def _reduce(x):
    """k and r: x = k ln 2 + r, k whole, |r| ≤ ½ ln 2."""
    rounding = _all(x, ROUNDING)
    k = multiply_add(x, broadcast(x, LOG2_E), rounding) - rounding
    r = multiply_add(-k, _all(x, LN2_HIGH), x)  # exact
    return k, multiply_add(-k, _all(x, LN2_LOW), r)


@kernel
def _expm1(r):
    """e^r - 1 for |r| ≤ ½ ln 2: r itself, and what its rounding leaves to a polynomial."""
    return multiply_add(r * r, _polynomial(r, _suited(r, EXP)), r)


@kernel
def _scale(y, k, first):
    """y · 2^k, as y · 2^first · 2^(k - first): 2^k alone may be too large or too small although the result is not."""
    return y * two_to_the(first) * two_to_the(k - first)


@kernel
def exp(x):
    """e^x: subnormal below -708 (float32: -87), 0 below -746 (-104), inf above 709.8 (88.8)."""
    k, r = _reduce(minimum(maximum(x, _all(x, LOWEST)), _all(x, HIGHEST)))
    most = _all(x, NORMAL)
    return _scale(broadcast(x, 1.0) + _expm1(r), k, minimum(maximum(k, -most), most))


@kernel
def _exp_of_minus(a):
    """e^-a for a ≥ 0: never too large. Functions of one z in a kernel share it: LLVM eliminates the repetition."""
    k, r = _reduce(maximum(-a, _all(a, LOWEST)))
    return _scale(broadcast(a, 1.0) + _expm1(r), k, maximum(k, -_all(a, NORMAL)))


# === log ==============================================================================================


@kernel
def _log_from(f, s, high, low):
    """(high + low) + log(1 + f), where s = f / (2 + f).

    The logarithm is 2 artanh(s) = 2s + s · s² p(s²), and 2s = f - f s: f is exact, only the rest has been rounded.
    """
    w = s * s
    rest = multiply_add(-w, _polynomial(w, _suited(w, LOG)), f)
    return high + (f - multiply_add(s, rest, -low))


@kernel
def log(a):
    """The natural logarithm; -inf at ±0, NaN below."""
    zero, infinity = broadcast(a, 0.0), broadcast(a, float("inf"))
    small = a < _all(a, SMALL)
    enlarged = _all(a, ENLARGED)
    # Large numbers are made smaller, by 2^-2: 2^-k must be normal.
    b = a * select(small, two_to_the(enlarged), broadcast(a, 0.25))
    k = exponent_of(b)
    f = b * two_to_the(-k) - broadcast(a, 1.0)
    k = k + select(small, -enlarged, broadcast(a, 2.0))
    result = _log_from(f, f / (broadcast(a, 2.0) + f), k * _all(a, LN2_HIGH), k * _all(a, LN2_LOW))
    result = select(zero < a, result, select(a < zero, broadcast(a, float("nan")), -infinity))
    return select(a < infinity, result, a)  # inf and NaN are their own logarithms


@kernel
def _log1p(t):
    """log(1 + t) for 0 ≤ t ≤ 1, without 1 + t, which would be rounded: 1 + t is 1 + f, or 2 (1 + f)."""
    one, zero = broadcast(t, 1.0), broadcast(t, 0.0)
    small = t < broadcast(t, 0.5)
    f = select(small, t, (t - one) * broadcast(t, 0.5))  # both exact
    s = select(small, t, t - one) / (t + select(small, broadcast(t, 2.0), broadcast(t, 3.0)))
    high = select(small, zero, _all(t, LN2_HIGH))
    return _log_from(f, s, high, select(small, zero, _all(t, LN2_LOW)))


# === tanh, sigmoid, softplus ==========================================================================


@kernel
def tanh(x):
    """The hyperbolic tangent: (1 - t) / (1 + t) with t = e^-2|x| = 2^k (1 + p); the difference never cancels."""
    one = broadcast(x, 1.0)
    a = minimum(magnitude(x), _all(x, TANH_IS_ONE))
    k, r = _reduce(-(a + a))
    power = two_to_the(k)
    rest = power * _expm1(r)
    return with_sign_of(((one - power) - rest) / ((one + power) + rest), x)


@kernel
def sigmoid(z):
    """1 / (1 + e^-z), from e^-|z|: nothing overflows, and both tails keep their relative accuracy."""
    one = broadcast(z, 1.0)
    e = _exp_of_minus(magnitude(z))
    return select(z < broadcast(z, 0.0), e, one) / (one + e)


@kernel
def softplus(z):
    """log(1 + e^z) = max(z, 0) + log(1 + e^-|z|): accurate for every z."""
    return maximum(z, broadcast(z, 0.0)) + _log1p(_exp_of_minus(magnitude(z)))
