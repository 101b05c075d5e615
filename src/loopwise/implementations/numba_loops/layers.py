"""One layer: forward, its gradients, and backward."""

import numpy as np

from ...jit.decorators import njit
from .activations import activate


@njit
def layer_forward(W, b, A_prev, activation):
    """Z = W A_prev + b and A = g(Z), example by example, unit by unit."""
    n, n_prev, m = len(W), len(A_prev), A_prev.shape[1]
    real = A_prev.dtype.type
    Z = np.zeros((n, m), A_prev.dtype)
    for i in range(m):
        for k in range(n):
            z = real(0.0)
            for j in range(n_prev):
                z += W[k, j] * A_prev[j, i]
            Z[k, i] = z + b[k, 0]
    return Z, activate(Z, activation)


@njit
def layer_gradient(dZ, A_prev):
    """dW = 1/m dZ A_prevᵀ and db = 1/m Σ dZ, summed example by example."""
    n, n_prev, m = len(dZ), len(A_prev), A_prev.shape[1]
    dW, db = np.zeros((n, n_prev), dZ.dtype), np.zeros((n, 1), dZ.dtype)
    for i in range(m):
        for k in range(n):
            dz = dZ[k, i]
            for j in range(n_prev):
                dW[k, j] += dz * A_prev[j, i]
            db[k, 0] += dz
    for k in range(n):
        for j in range(n_prev):
            dW[k, j] /= m
        db[k, 0] /= m
    return dW, db


@njit
def layer_backward(dZ, W, A_prev):
    """dA_prev = Wᵀ dZ, and the gradients of the layer's own W and b."""
    n, n_prev, m = len(dZ), len(A_prev), A_prev.shape[1]
    real = dZ.dtype.type
    dA_prev = np.zeros((n_prev, m), dZ.dtype)
    for i in range(m):
        for j in range(n_prev):
            da = real(0.0)
            for k in range(n):
                da += W[k, j] * dZ[k, i]
            dA_prev[j, i] = da
    dW, db = layer_gradient(dZ, A_prev)
    return dA_prev, dW, db
