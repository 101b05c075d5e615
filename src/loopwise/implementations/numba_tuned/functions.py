"""Activations, their slopes and the losses, on vectors: what `numba_tuned` applies while numbers are in registers."""

from ...interface import IDENTITY, LEAKY_RELU, RELU, SIGMOID, SIGN, SQUARED, STEP, TANH
from ...jit.decorators import kernel
from ...jit.simd.functions import exp, log, maximum, sigmoid, softplus, tanh
from ...jit.simd.vectors import broadcast, load_first, magnitude, select, store_first, with_sign_of


@kernel
def g(z, activation):
    """a = g(z); softmax mixes units and stands in `softmax_columns`."""
    zero, one = broadcast(z, 0.0), broadcast(z, 1.0)
    if activation == RELU:
        # -0.0 for z < 0: it is 0 in every product, and `slope` reads from its sign bit that z was below 0.
        return select(z < zero, -zero, z + zero)
    if activation == TANH:
        return tanh(z)
    if activation == SIGMOID:
        return sigmoid(z)
    if activation == LEAKY_RELU:
        return select(z < zero, z * broadcast(z, 0.01), z + zero)
    if activation == STEP:
        return select(z < zero, zero, one)
    if activation == SIGN:
        return select(z < zero, -one, one)
    return z


@kernel
def slope(a, activation):
    """g'(z) from a = g(z) alone, so that no Z need be kept."""
    zero, one = broadcast(a, 0.0), broadcast(a, 1.0)
    if activation == RELU:
        return select(with_sign_of(one, a) < zero, zero, one)
    if activation == TANH:
        return one - a * a
    if activation == SIGMOID:
        return a * (one - a)
    if activation == LEAKY_RELU:
        return select(with_sign_of(one, a) < zero, broadcast(a, 0.01), one)
    if activation == IDENTITY:
        return one
    return zero


@kernel
def softmax_columns(Z, z_at, A, a_at, rows, stride, count):
    """A = softmax(Z) for a vector of `count` examples; returns the largest z and log Σ e^(z − largest)."""
    top = load_first(Z, z_at, count)
    for k in range(1, rows):
        top = maximum(top, load_first(Z, z_at + k * stride, count))
    total = broadcast(top, 0.0)
    for k in range(rows):
        e = exp(load_first(Z, z_at + k * stride, count) - top)
        total = total + e
        store_first(A, a_at + k * stride, e, count)
    for k in range(rows):
        store_first(A, a_at + k * stride, load_first(A, a_at + k * stride, count) / total, count)
    return top, log(total)


@kernel
def loss_and_slope(a, y, loss):
    """loss(a, y) and its slope dA where the loss is not cross-entropy."""
    error, zero, one = a - y, broadcast(a, 0.0), broadcast(a, 1.0)
    if loss == SQUARED:
        return broadcast(a, 0.5) * error * error, error
    sign = select(error < zero, -one, select(zero < error, one, zero))
    return magnitude(error), sign


@kernel
def binary_cross_entropy(z, y):
    """max(z, 0) − zy + log1p(e^−|z|): the loss of a sigmoid output, from z."""
    return (maximum(z, broadcast(z, 0.0)) - z * y) + softplus(-magnitude(z))
