"""Losses, the cost J over all examples, and the last layer's dZ."""

import numpy as np
from numba import prange

from ...jit.decorators import njit
from ...jit.threads import thread_count
from ..numba_loops import losses as one_thread
from .products import examples, examples_per_task, write


@njit(parallel=True)
def example_losses(Z, A, Y, loss, activation):
    """Each example's loss, Σ_units loss."""
    m = Y.shape[1]
    losses = np.empty(m, Z.dtype)
    for i in prange(m):
        losses[i] = one_thread.example_loss(Z, A, Y, np.intp(i), loss, activation)
    return losses


@njit
def cost(Z, A, Y, loss, activation):
    """J = 1/m Σ_examples Σ_units loss: the examples' losses are shared, their one sum is not."""
    m = Y.shape[1]
    losses, J = example_losses(Z, A, Y, loss, activation), Z.dtype.type(0.0)
    for i in range(m):
        J += losses[i]
    return J / m


@njit(parallel=True)
def output_delta(Z, A, Y, loss, activation):
    """The last layer's dZ."""
    m = Y.shape[1]
    dZ = np.empty(Z.shape, Z.dtype)
    each = examples_per_task(m, thread_count())
    for task in prange(-(-m // each)):
        i = examples(task, each, m)
        write(one_thread.output_delta(Z[:, i], A[:, i], Y[:, i], loss, activation), i, dZ)
    return dZ
