"""Sums by hand: dot product, matrix · vector, matrix · matrix."""

import numpy as np

from ...jit.decorators import njit


@njit
def dot(w, x):
    """z = wᵀx."""
    real = w.dtype.type
    z = real(0.0)
    for j in range(len(w)):
        z += w[j] * x[j]
    return z


@njit
def matvec(A, v):
    """u = A v: two nested loops."""
    u = np.zeros(len(A), A.dtype)
    for i in range(len(A)):
        for j in range(len(v)):
            u[i] += A[i, j] * v[j]
    return u


@njit
def matmul(A, B):
    """C = A B: three nested loops."""
    n, inner, p = len(A), len(B), B.shape[1]
    real = A.dtype.type
    C = np.zeros((n, p), A.dtype)
    for i in range(n):
        for j in range(p):
            c = real(0.0)
            for k in range(inner):
                c += A[i, k] * B[k, j]
            C[i, j] = c
    return C
