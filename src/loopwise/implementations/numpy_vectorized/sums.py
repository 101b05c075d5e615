"""Sums by hand: dot product, matrix · vector, matrix · matrix."""

import numpy as np


def dot(w, x):
    """z = wᵀx."""
    return np.dot(w, x) + 0.0  # a sum of zeros is 0.0, as in the loop that starts there, never -0.0


def matvec(A, v):
    """u = A v."""
    return A @ v


def matmul(A, B):
    """C = A B."""
    return A @ B
