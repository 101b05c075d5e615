"""Sums of one vector, in whatever order is fast, and always in the same: several vector registers are added to in turn.

One register would make every addition wait for the one before it. What fills no vector is added at the end.
"""

from ...jit.decorators import kernel
from ...jit.simd.vectors import add_up, broadcast, lanes, load, multiply_add


@kernel
def sum_of(a):
    """Σ a."""
    width, s = lanes(a), broadcast(a, 0.0)
    whole, s0, s1, s2, s3 = len(a) - len(a) % (4 * width), s, s, s, s
    for i in range(0, whole, 4 * width):
        s0, s1 = s0 + load(a, i), s1 + load(a, i + width)
        s2, s3 = s2 + load(a, i + 2 * width), s3 + load(a, i + 3 * width)
    total = add_up((s0 + s1) + (s2 + s3))
    for i in range(whole, len(a)):
        total += a[i]
    return total


@kernel
def squares_of(a, centre):
    """Σ (a - centre)²."""
    width, c, s = lanes(a), broadcast(a, centre), broadcast(a, 0.0)
    whole, s0, s1, s2, s3 = len(a) - len(a) % (4 * width), s, s, s, s
    for i in range(0, whole, 4 * width):
        d0, d1 = load(a, i) - c, load(a, i + width) - c
        d2, d3 = load(a, i + 2 * width) - c, load(a, i + 3 * width) - c
        s0, s1 = multiply_add(d0, d0, s0), multiply_add(d1, d1, s1)
        s2, s3 = multiply_add(d2, d2, s2), multiply_add(d3, d3, s3)
    total = add_up((s0 + s1) + (s2 + s3))
    for i in range(whole, len(a)):
        total += (a[i] - centre) * (a[i] - centre)
    return total


@kernel
def products_of(a, b):
    """Σ a b and Σ a, in one pass."""
    width, s = lanes(a), broadcast(a, 0.0)
    whole, p0, p1, s0, s1 = len(a) - len(a) % (2 * width), s, s, s, s
    for i in range(0, whole, 2 * width):
        a0, a1 = load(a, i), load(a, i + width)
        p0, p1 = multiply_add(a0, load(b, i), p0), multiply_add(a1, load(b, i + width), p1)
        s0, s1 = s0 + a0, s1 + a1
    products, total = add_up(p0 + p1), add_up(s0 + s1)
    for i in range(whole, len(a)):
        products += a[i] * b[i]
        total += a[i]
    return products, total
