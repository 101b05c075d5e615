"""Sums by hand: dot product, matrix · vector, matrix · matrix."""

from ...jit.matmul.matrix import plain
from ...jit.matmul.product import product
from .neuron.step import weighted_sums


def dot(w, x):
    """z = wᵀx."""
    return matvec(x[None, :], w)[0]


def matvec(A, v):
    """u = A v: the sums of `logistic_forward`, with Aᵀ for X."""
    return weighted_sums(plain(v), A.T)


def matmul(A, B):
    """C = A B."""
    return product(A, B)
