"""Activations, losses and biases for whole arrays that lie row by row, shared by chunks of examples."""

import numpy as np
from numba import prange

from ...interface import CROSS_ENTROPY, SOFTMAX
from ...jit.decorators import kernel, njit
from ...jit.matmul.matrix import plain
from ...jit.simd.functions import exp, log, maximum
from ...jit.simd.vectors import add_up, broadcast, keep_first, lanes, load_first, store_first
from .chunks import chunks_of
from .functions import binary_cross_entropy, g, loss_and_slope, slope, softmax_columns
from .thresholds import ELEMENTWISE_CHUNK_NUMBERS, ELEMENTWISE_THREADS_PAY_FROM_NUMBERS

ACTIVATE, SLOPE, BACKWARD = range(3)  # what is wanted: g(Z), g'(Z) or dA * g'(Z)


@kernel
def range_of_chunk(chunk, chunks, m, n):
    """One chunk's examples, from the first to before the last: whole vectors of n, but for the last one."""
    vectors = (m + n - 1) // n
    return chunk * vectors // chunks * n, min(m, (chunk + 1) * vectors // chunks * n)


def elementwise_chunks(Z):
    """Into how many chunks a whole array is cut."""
    return chunks_of(Z.size, ELEMENTWISE_CHUNK_NUMBERS)


# === activations ======================================================================================


@njit
def activations_of_chunk(chunk, chunks, wanted, dA, Z, activation, out):
    """g(Z), g'(Z) or dA * g'(Z) for some examples."""
    rows, m = Z.shape
    n = lanes(Z)
    d, z, o = dA.reshape(-1), Z.reshape(-1), out.reshape(-1)
    first, last = range_of_chunk(chunk, chunks, m, n)
    for i in range(first, last, n):
        count = min(n, last - i)
        if activation == SOFTMAX:
            softmax_of_chunk(wanted, d, z, i, rows, m, count, o)
        else:
            for at in range(i, i + rows * m, m):
                a = g(load_first(z, at, count), activation)
                if wanted == ACTIVATE:
                    store_first(o, at, a + broadcast(a, 0.0), count)  # the sign that relu leaves on 0 stays here
                elif wanted == SLOPE:
                    store_first(o, at, slope(a, activation), count)
                else:
                    store_first(o, at, load_first(d, at, count) * slope(a, activation), count)


@kernel
def softmax_of_chunk(wanted, d, z, i, rows, m, count, o):
    """g(Z), g'(Z) or dA * g'(Z) for softmax and one vector of examples: each unit depends on all others."""
    softmax_columns(z, i, o, i, rows, m, count)
    one = broadcast(o, 1.0)
    if wanted == SLOPE:
        for at in range(i, i + rows * m, m):
            a = load_first(o, at, count)
            store_first(o, at, a * (one - a), count)
    elif wanted == BACKWARD:
        mixed = broadcast(o, 0.0)
        for at in range(i, i + rows * m, m):
            mixed = mixed + load_first(o, at, count) * load_first(d, at, count)
        for at in range(i, i + rows * m, m):
            store_first(o, at, load_first(o, at, count) * (load_first(d, at, count) - mixed), count)


@njit(parallel=True)
def activations_shared(chunks, wanted, dA, Z, activation, out):
    """All examples, chunk by chunk."""
    for chunk in prange(chunks):
        activations_of_chunk(chunk, chunks, wanted, dA, Z, activation, out)


def activations(wanted, dA, Z, activation):
    """A new array of g(Z), g'(Z) or dA * g'(Z)."""
    dA, Z = plain(dA), plain(Z)
    out = np.empty(Z.shape, Z.dtype)
    if Z.size < ELEMENTWISE_THREADS_PAY_FROM_NUMBERS:
        activations_of_chunk(0, 1, wanted, dA, Z, activation, out)
    else:
        activations_shared(elementwise_chunks(Z), wanted, dA, Z, activation, out)
    return out


@njit
def bias_of_chunk(chunk, chunks, Z, b, activation, A):
    """Z + b in place, and A = g(Z), for some examples."""
    rows, m = Z.shape
    n = lanes(Z)
    z, a = Z.reshape(-1), A.reshape(-1)
    first, last = range_of_chunk(chunk, chunks, m, n)
    for i in range(first, last, n):
        count = min(n, last - i)
        for k in range(rows):
            at = k * m + i
            sums = load_first(z, at, count) + broadcast(z, b[k, 0])
            store_first(z, at, sums, count)
            if activation != SOFTMAX:
                store_first(a, at, g(sums, activation) + broadcast(a, 0.0), count)
        if activation == SOFTMAX:
            softmax_columns(z, i, a, i, rows, m, count)


@njit(parallel=True)
def bias_shared(chunks, Z, b, activation, A):
    """All examples, chunk by chunk."""
    for chunk in prange(chunks):
        bias_of_chunk(chunk, chunks, Z, b, activation, A)


# === losses ===========================================================================================


@njit
def losses_of_chunk(chunk, chunks, Z, A, Y, loss, activation):
    """Σ loss for some examples."""
    rows, m = Z.shape
    n = lanes(Z)
    z, a, y = Z.reshape(-1), A.reshape(-1), Y.reshape(-1)
    total = broadcast(z, 0.0)
    first, last = range_of_chunk(chunk, chunks, m, n)
    for i in range(first, last, n):
        count = min(n, last - i)
        total = total + keep_first(losses_of_vector(z, a, y, i, (rows, m), count, loss, activation), count)
    return add_up(total)


@kernel
def losses_of_vector(z, a, y, i, shape, count, loss, activation):
    """Σ loss over the units of one vector of examples."""
    rows, m = shape
    if loss == CROSS_ENTROPY and activation == SOFTMAX:
        return softmax_losses(z, y, i, rows, m, count)
    losses = broadcast(z, 0.0)
    for at in range(i, i + rows * m, m):
        labels = load_first(y, at, count)
        if loss == CROSS_ENTROPY:
            losses = losses + binary_cross_entropy(load_first(z, at, count), labels)
        else:
            losses = losses + loss_and_slope(load_first(a, at, count), labels, loss)[0]
    return losses


@kernel
def softmax_losses(z, y, i, rows, m, count):
    """Σ −y log ŷ of one vector of examples, from z."""
    top = load_first(z, i, count)
    for at in range(i, i + rows * m, m):
        top = maximum(top, load_first(z, at, count))
    total, losses = broadcast(z, 0.0), broadcast(z, 0.0)
    for at in range(i, i + rows * m, m):
        total = total + exp(load_first(z, at, count) - top)
    for at in range(i, i + rows * m, m):
        losses = losses + load_first(y, at, count) * ((top - load_first(z, at, count)) + log(total))
    return losses


@njit(parallel=True)
def losses_shared(chunks, Z, A, Y, loss, activation):
    """All examples, chunk by chunk; the chunks' sums are added in order."""
    sums = np.zeros(chunks, Z.dtype)
    for chunk in prange(chunks):
        sums[chunk] = losses_of_chunk(chunk, chunks, Z, A, Y, loss, activation)
    J = sums[0]
    for chunk in range(1, chunks):
        J += sums[chunk]
    return J


@njit
def write_losses(Z, A, Y, loss, activation, losses):
    """The loss of each example."""
    m = Z.shape[1]
    z, a, y = Z.reshape(-1), A.reshape(-1), Y.reshape(-1)
    for i in range(0, m, lanes(Z)):
        store_first(losses, i, losses_of_vector(z, a, y, i, Z.shape, m - i, loss, activation), m - i)


@njit
def difference(A, Y, loss):
    """A − Y, or the slope of the loss where it is not cross-entropy."""
    out = np.empty(A.shape, A.dtype)
    a, y, o = A.reshape(-1), Y.reshape(-1), out.reshape(-1)
    for at in range(0, len(a), lanes(A)):
        error, count = load_first(a, at, len(a) - at), len(a) - at
        if loss == CROSS_ENTROPY:
            error = error - load_first(y, at, count)
        else:
            error = loss_and_slope(error, load_first(y, at, count), loss)[1]
        store_first(o, at, error, count)
    return out
