"""The products with a vector that `numba_parallel` shares among threads: sums in the slide's order, many at once.

Everything here advances outputs that lie side by side in memory, one term each, and never reorders the terms of one.
"""

import numpy as np
from numba import prange
from numba.extending import overload

from ...jit.decorators import kernel, njit
from ...jit.threads import thread_count

EXAMPLES = 512  # examples that one task takes at most: they stay in cache
LEAST_EXAMPLES = 64  # and at least, where there are fewer tasks than threads: whole cache lines, so none is shared

# === which chunk takes which examples =================================================================


@kernel
def examples_per_task(m, threads):
    """How many examples one of the tasks takes that share m: no more than a thread's share."""
    share = -(-m // threads)
    return min(EXAMPLES, -(-share // LEAST_EXAMPLES) * LEAST_EXAMPLES)


@njit
def examples(task, each, m):
    """The examples of one task. Cast to intp: prange's index is unsigned, and every callee would be compiled twice."""
    first = np.intp(task) * each
    return slice(first, min(m, first + each))


@njit
def write(part, i, A):
    """A[:, i] = part, number by number: of a slice that is written to, Numba compiles every way to broadcast."""
    for k in range(len(part)):
        a = A[k, i]
        for j in range(len(a)):
            a[j] = part[k, j]


# === matrix · vector ==================================================================================


@njit(parallel=True)
def products(A, v):
    """A v: tasks share the rows."""
    n, inner = A.shape
    u = np.zeros(n, A.dtype)
    rows = rows_per_task(A, thread_count())
    for task in prange((n + rows - 1) // rows):
        add_products(A, task * rows, min(n, (task + 1) * rows), 0, inner, v, u)
    return u


@njit
def row_sums(A):
    """The sum of each row: times 1.0 is exact, so the sum alone remains, and eight of them run at once."""
    return products(A, np.ones(A.shape[1], A.dtype))


@njit
def walks_along_rows(A):
    """Whether neighbours in a row of A are neighbours in memory."""
    return A.strides[1] <= A.strides[0]


@kernel
def rows_per_task(A, threads):
    """Eight long rows, or as many short pieces of columns as a thread's share, at most 64."""
    return 8 if walks_along_rows(A) else min(64, -(-len(A) // (8 * threads)) * 8)


def add_products(A, first_row, last_row, first_k, last_k, v, u):
    """u[r] += Σ_k A[r, k] v[k] for some rows and some k, in order of k, walking A the way it lies in memory."""
    if walks_along_rows(A):
        add_along_rows(A, first_row, last_row, first_k, last_k, v, u)
    else:
        add_along_columns(A.T, first_row, last_row, first_k, last_k, v, u)


@overload(add_products)
def add_products_of_order(A, first_row, last_row, first_k, last_k, v, u):
    """For Numba a memory order is part of an array's type: where it is known, only one of the two ways is compiled."""
    if A.layout == "C":
        return lambda A, first_row, last_row, first_k, last_k, v, u: add_along_rows(
            A, first_row, last_row, first_k, last_k, v, u
        )
    if A.layout == "F":
        return lambda A, first_row, last_row, first_k, last_k, v, u: add_along_columns(
            A.T, first_row, last_row, first_k, last_k, v, u
        )
    return add_products


@njit
def add_along_rows(A, first_row, last_row, first_k, last_k, v, u):
    """Eight rows at once: their sums are independent, so the adder is never waiting for itself."""
    for r in range(first_row, last_row - 7, 8):
        u0, u1, u2, u3, u4, u5, u6, u7 = u[r], u[r + 1], u[r + 2], u[r + 3], u[r + 4], u[r + 5], u[r + 6], u[r + 7]
        for k in range(first_k, last_k):
            v_k = v[k]
            u0 += A[r, k] * v_k
            u1 += A[r + 1, k] * v_k
            u2 += A[r + 2, k] * v_k
            u3 += A[r + 3, k] * v_k
            u4 += A[r + 4, k] * v_k
            u5 += A[r + 5, k] * v_k
            u6 += A[r + 6, k] * v_k
            u7 += A[r + 7, k] * v_k
        u[r], u[r + 1], u[r + 2], u[r + 3], u[r + 4], u[r + 5], u[r + 6], u[r + 7] = u0, u1, u2, u3, u4, u5, u6, u7
    for r in range(last_row - (last_row - first_row) % 8, last_row):
        for k in range(first_k, last_k):
            u[r] += A[r, k] * v[k]


@njit
def add_along_columns(At, first_c, last_c, first_k, last_k, v, u):
    """u[c] += Σ_k At[k, c] v[k]: all outputs take one term, then all take the next.

    Four terms per pass over u, added one after the other: u is loaded and stored a quarter as often.
    """
    sums = u[first_c:last_c]
    for k in range(first_k, last_k - 3, 4):
        v0, v1, v2, v3 = v[k], v[k + 1], v[k + 2], v[k + 3]
        a0, a1 = At[k, first_c:last_c], At[k + 1, first_c:last_c]
        a2, a3 = At[k + 2, first_c:last_c], At[k + 3, first_c:last_c]
        for c in range(len(sums)):
            sums[c] = sums[c] + a0[c] * v0 + a1[c] * v1 + a2[c] * v2 + a3[c] * v3
    for k in range(last_k - (last_k - first_k) % 4, last_k):
        v0, a0 = v[k], At[k, first_c:last_c]
        for c in range(len(sums)):
            sums[c] += a0[c] * v0
