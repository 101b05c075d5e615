"""One layer: forward, its gradients, and backward."""

import numpy as np
from numba import prange

from ...jit.decorators import njit
from ...jit.threads import thread_count
from ..numba_loops import activations as one_thread
from .products import examples, examples_per_task, row_sums, write
from .sums import matmul


def layer_forward(W, b, A_prev, activation):
    """Z = W A_prev + b and A = g(Z)."""
    Z = matmul(W, A_prev)
    return Z, add_bias_and_activate(Z, b, activation)


@njit(parallel=True)
def add_bias_and_activate(Z, b, activation):
    """Z + b in place of Z, and A = g(Z): examples share the work."""
    n, m = Z.shape
    A = np.empty((n, m), Z.dtype)
    each = examples_per_task(m, thread_count())
    for task in prange(-(-m // each)):
        i = examples(task, each, m)
        for k in range(n):
            z = Z[k, i]
            for j in range(len(z)):
                z[j] += b[k, 0]
        write(one_thread.activate(Z[:, i], activation), i, A)
    return A


def layer_gradient(dZ, A_prev):
    """dW = 1/m dZ A_prevᵀ and db = 1/m Σ dZ: their entries share the work, examples stay in order."""
    dW = matmul(dZ, A_prev.T)
    return dW, divide_and_sum(dW, dZ)


@njit(parallel=True)
def divide_and_sum(dW, dZ):
    """dW divided by m, in its place, and db = 1/m Σ dZ: units share the work."""
    n, m = dZ.shape
    db = row_sums(dZ)
    for k in prange(n):
        for j in range(dW.shape[1]):
            dW[k, j] /= m
        db[k] /= m
    return db.reshape(n, 1)


def layer_backward(dZ, W, A_prev):
    """dA_prev = Wᵀ dZ, and the gradients of the layer's own W and b."""
    return matmul(W.T, dZ), *layer_gradient(dZ, A_prev)
