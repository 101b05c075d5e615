"""Regularization: the L2 penalty and dropout."""

import numpy as np
from numba import prange

from ...jit.decorators import njit
from ...jit.matmul.matrix import plain
from .chunks import chunk_count, order_of, part_of, shared
from .reductions import squares_of
from .updates import descend


@njit
def squares_chunk(w):
    """Σ w² of all numbers, or of one chunk."""
    return squares_of(w, w.dtype.type(0.0))


@njit(parallel=True)
def squares_shared(w):
    """Σ w² on all threads: a sum for every chunk, added up in order."""
    real = w.dtype.type
    sums = np.empty(chunk_count(len(w)), w.dtype)
    for chunk in prange(len(sums)):
        sums[chunk] = squares_chunk(w[part_of(chunk, len(w))])
    total = real(0.0)
    for chunk in range(len(sums)):
        total += sums[chunk]
    return total


def l2_cost(W, l2):
    """l2/2 ΣΣ W², in the order in which W lies in memory."""
    kernel = squares_shared if shared(W) else squares_chunk
    return 0.5 * l2 * kernel(plain(W.ravel("K")))


def l2_gradient(dW, W, l2):
    """dW + l2 W: what `descend` does, the other way."""
    order = order_of(dW, W)
    return descend(dW.ravel(order), W.ravel(order), -l2).reshape(dW.shape, order=order)


@njit
def dropout_chunk(a, d, keep_prob, dropped):
    """`dropout` for all numbers, or for one chunk: divided once, multiplied often."""
    larger = a.dtype.type(1.0) / keep_prob
    for p in range(len(a)):
        dropped[p] = a[p] * d[p] * larger


@njit(parallel=True)
def dropout_shared(a, d, keep_prob, dropped):
    """`dropout` on all threads."""
    for chunk in prange(chunk_count(len(a))):
        part = part_of(chunk, len(a))
        dropout_chunk(a[part], d[part], keep_prob, dropped[part])


def dropout(A, D, keep_prob):
    """A * D / keep_prob: what stays is made larger by as much as is missing."""
    order = order_of(A, D)
    dropped = np.empty(A.size, A.dtype)
    kernel = dropout_shared if shared(A) else dropout_chunk
    kernel(plain(A.ravel(order)), plain(D.ravel(order)), keep_prob, dropped)
    return dropped.reshape(A.shape, order=order)
