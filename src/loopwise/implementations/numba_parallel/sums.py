"""Sums by hand: dot product, matrix · vector, matrix · matrix."""

from ...jit.decorators import njit
from ...jit.matmul.product import exact_product
from ..numba_loops import sums as one_thread
from .products import products


@njit
def dot(w, x):
    """z = wᵀx. One output is one sum: nothing here may be shared."""
    return one_thread.dot(w, x)


@njit
def matvec(A, v):
    """u = A v: tasks share the rows."""
    return products(A, v)


def matmul(A, B):
    """C = A B: tiles of C stay in registers while their sums take term after term, in the slide's order."""
    return exact_product(A, B)
