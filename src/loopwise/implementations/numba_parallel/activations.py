"""Activations, their slopes, and dZ from dA."""

import numpy as np
from numba import prange

from ...jit.decorators import njit
from ...jit.threads import thread_count
from ..numba_loops import activations as one_thread
from .products import examples, examples_per_task, write


@njit(parallel=True)
def activate(Z, activation):
    """A = g(Z)."""
    m = Z.shape[1]
    A = np.empty(Z.shape, Z.dtype)
    each = examples_per_task(m, thread_count())
    for task in prange(-(-m // each)):
        i = examples(task, each, m)
        write(one_thread.activate(Z[:, i], activation), i, A)
    return A


@njit(parallel=True)
def activation_slope(Z, activation):
    """g'(Z)."""
    m = Z.shape[1]
    slope = np.empty(Z.shape, Z.dtype)
    each = examples_per_task(m, thread_count())
    for task in prange(-(-m // each)):
        i = examples(task, each, m)
        write(one_thread.activation_slope(Z[:, i], activation), i, slope)
    return slope


@njit(parallel=True)
def activation_backward(dA, Z, activation):
    """dZ = dA * g'(Z)."""
    m = Z.shape[1]
    dZ = np.empty(Z.shape, Z.dtype)
    each = examples_per_task(m, thread_count())
    for task in prange(-(-m // each)):
        i = examples(task, each, m)
        write(one_thread.activation_backward(dA[:, i], Z[:, i], activation), i, dZ)
    return dZ
