"""One layer: forward, its gradients, and backward."""

import numpy as np

from ...jit.matmul.matrix import plain
from .elementwise import bias_of_chunk, bias_shared, elementwise_chunks
from .sums import matmul, matvec
from .thresholds import ELEMENTWISE_THREADS_PAY_FROM_NUMBERS


def layer_forward(W, b, A_prev, activation):
    """Z = W A_prev + b, A = g(Z)."""
    Z = matmul(W, A_prev)
    A = np.empty(Z.shape, Z.dtype)
    if Z.size < ELEMENTWISE_THREADS_PAY_FROM_NUMBERS:
        bias_of_chunk(0, 1, Z, plain(b), activation, A)
    else:
        bias_shared(elementwise_chunks(Z), Z, plain(b), activation, A)
    return Z, A


def layer_gradient(dZ, A_prev):
    """dW = 1/m dZ A_prevᵀ, db = 1/m Σ_examples dZ."""
    m = dZ.dtype.type(dZ.shape[1])
    dW, db = matmul(dZ, A_prev.T), matvec(dZ, np.ones(dZ.shape[1], dZ.dtype))[:, None]
    dW /= m
    db /= m
    return dW, db


def layer_backward(dZ, W, A_prev):
    """dA_prev = Wᵀ dZ, and dW, db as in `layer_gradient`."""
    return matmul(W.T, dZ), *layer_gradient(dZ, A_prev)
