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
    """C = A B; of one row, as a neuron's sums: a register tile has room for several, and would compute them in vain."""
    return product(A, B) if len(A) > 1 else weighted_sums(plain(A[0]), B)[None, :]
