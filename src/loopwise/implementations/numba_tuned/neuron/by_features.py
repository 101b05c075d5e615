"""A neuron's step for a tall X, with more features than examples: slots share the features.

Were the examples shared, each slot would need sums for a whole dw, far more numbers than there are z. Here a slot adds
its features' share to every z; then all z are there, and the slot fills its own part of dw. X is read twice, but it is
small enough to be in the last cache the second time.
"""

import numpy as np
from numba import prange

from ....jit.decorators import kernel, njit
from ....jit.matmul.matrix import Matrix
from .along_columns import add_examples, products
from .along_rows import add_rows, add_to_dw
from .by_examples import SLOTS
from .delta import costs_and_deltas

ROOMY = 2**25  # bytes of X that the last cache has room for, about


def is_tall(X):
    """Whether features are to be shared."""
    return X.shape[0] >= X.shape[1] and X.nbytes <= ROOMY and X.itemsize in X.strides


@kernel
def features_of_slot(slot, n_x):
    """The first and the last of one slot's features."""
    return slot * n_x // SLOTS, (slot + 1) * n_x // SLOTS


@kernel
def sums_of_slot(slot, w, X, m, z, stride):
    """What one slot's features add to every z, in its own row of z."""
    X, (first, last) = Matrix(*X), features_of_slot(slot, len(w))
    mine, at, row = w[first:last], first * X.row, slot * stride
    if X.column == 1:
        add_rows(mine, X.numbers, at, X.row, len(mine), m, z, row)
    else:
        products(mine, X.numbers, at, X.column, len(mine), m, z, row)


@kernel
def gradient_of_slot(slot, X, m, dz, divisor, dw):
    """One slot's part of dw."""
    X, (first, last) = Matrix(*X), features_of_slot(slot, len(dw))
    mine, at = dw[first:last], first * X.row
    for j in range(len(mine)):
        mine[j] = 0.0
    if X.column == 1:
        add_to_dw(X.numbers, at, X.row, len(mine), m, dz, 0, mine, 0)
    else:
        add_examples(X.numbers, at, X.column, len(mine), m, dz, 0, mine, 0)
    for j in range(len(mine)):
        mine[j] /= divisor


@kernel
def add_sums(m, z, stride):
    """All slots' rows of z, added in order to the first one; zeros follow the last example."""
    for slot in range(1, SLOTS):
        for i in range(m):
            z[i] += z[slot * stride + i]
    for i in range(m, stride):
        z[i] = 0.0


@njit(parallel=True)
def tall_threads(w, b, X, Y, neuron, divisor, z, dw):
    """The step of a tall X on all threads."""
    m, stride = len(Y), len(z) // SLOTS
    for slot in prange(SLOTS):
        sums_of_slot(np.intp(slot), w, X, m, z, stride)
    add_sums(m, z, stride)
    cost, db = costs_and_deltas(z, 0, b, Y, neuron, 0, m)
    for slot in prange(SLOTS):
        gradient_of_slot(np.intp(slot), X, m, z, divisor, dw)
    return cost / divisor, db / divisor
