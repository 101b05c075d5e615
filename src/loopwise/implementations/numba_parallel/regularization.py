"""Regularization: the L2 penalty and dropout."""

import numpy as np
from numba import prange

from ...jit.decorators import njit
from ..numba_loops import regularization as one_thread


@njit
def l2_cost(W, l2):
    """l2/2 ΣΣ W². One output is one sum: nothing here may be shared."""
    return one_thread.l2_cost(W, l2)


@njit(parallel=True)
def l2_gradient(dW, W, l2):
    """dW + l2 W."""
    n, n_prev = W.shape
    penalized = np.empty((n, n_prev), W.dtype)
    for k in prange(n):
        for j in range(n_prev):
            penalized[k, j] = dW[k, j] + l2 * W[k, j]
    return penalized


@njit(parallel=True)
def dropout(A, D, keep_prob):
    """A * D / keep_prob: what stays is made larger by as much as is missing."""
    n, m = A.shape
    dropped = np.empty((n, m), A.dtype)
    for k in prange(n):
        for i in range(m):
            dropped[k, i] = A[k, i] * D[k, i] / keep_prob
    return dropped
