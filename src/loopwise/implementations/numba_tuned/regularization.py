"""Regularization: the L2 penalty and dropout."""

import numpy as np
from numba import prange

from ...jit.decorators import njit
from ...jit.matmul.matrix import plain
from .chunks import bounds, chunk_count, order_of
from .reductions import squares_of
from .thresholds import UPDATE_THREADS_PAY_FROM_NUMBERS
from .updates import descend


@njit
def squares_chunk(first, last, w):
    """Σ w² of a chunk."""
    return squares_of(w[first:last], w.dtype.type(0.0))


@njit(parallel=True)
def squares_shared(first, last, w):
    """Σ w²: a sum for every chunk, added up in order."""
    real = w.dtype.type
    sums = np.empty(chunk_count(last), w.dtype)
    for chunk in prange(len(sums)):
        sums[chunk] = squares_chunk(*bounds(chunk, last), w)
    total = real(0.0)
    for chunk in range(len(sums)):
        total += sums[chunk]
    return total


def l2_cost(W, l2):
    """l2/2 ΣΣ W², in the order in which W lies in memory."""
    kernel = squares_shared if W.size >= UPDATE_THREADS_PAY_FROM_NUMBERS else squares_chunk
    return 0.5 * l2 * kernel(0, W.size, plain(W.ravel("K")))


def l2_gradient(dW, W, l2):
    """dW + l2 W: what `descend` does, the other way."""
    order = order_of(dW, W)
    return descend(dW.ravel(order), W.ravel(order), -l2).reshape(dW.shape, order=order)


@njit
def dropout_chunk(first, last, a, d, keep_prob, dropped):
    """a * d / keep_prob: divided once, multiplied often."""
    a, d, dropped = a[first:last], d[first:last], dropped[first:last]
    larger = a.dtype.type(1.0) / keep_prob
    for p in range(len(a)):
        dropped[p] = a[p] * d[p] * larger


@njit(parallel=True)
def dropout_shared(first, last, a, d, keep_prob, dropped):
    """`dropout_chunk` by chunk."""
    for chunk in prange(chunk_count(last)):
        dropout_chunk(*bounds(chunk, last), a, d, keep_prob, dropped)


def dropout(A, D, keep_prob):
    """A * D / keep_prob: what stays is made larger by as much as is missing."""
    order = order_of(A, D)
    dropped = np.empty(A.size, A.dtype)
    kernel = dropout_shared if A.size >= UPDATE_THREADS_PAY_FROM_NUMBERS else dropout_chunk
    kernel(0, A.size, plain(A.ravel(order)), plain(D.ravel(order)), keep_prob, dropped)
    return dropped.reshape(A.shape, order=order)
