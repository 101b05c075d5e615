"""Which kernel does a neuron's step, and the arrays it works in."""

import numpy as np

from ....jit.matmul.matrix import matrix, plain
from ..workspace import filled_up, scratch
from .by_examples import LINE, SLOTS, all_threads, examples_per_block, one_thread
from .by_features import is_tall, tall_threads
from .delta import LOGISTIC
from .forward import sums_of_slot, sums_shared

SMALL = 40_000  # numbers of X: fewer are read before other threads have woken up


def step(w, b, X, Y, neuron):
    """What m examples cost, and gradients dw, db: means for logistic regression, sums for the others."""
    n_x, m = X.shape
    dtype, divisor = X.dtype, m if neuron == LOGISTIC else 1
    lies, dw = tuple(matrix(X)), np.empty((n_x, 1), dtype)
    given, gradient = (plain(w).reshape(-1), b, lies, plain(Y).reshape(-1), neuron, divisor), dw.reshape(-1)
    if X.size >= SMALL and is_tall(X):
        z = scratch("z", SLOTS * (filled_up(m, LINE) + LINE), dtype)
        cost, db = tall_threads(*given, z, gradient)
        return cost, dw, db
    slots, kernel = (1, one_thread) if X.size < SMALL else (SLOTS, all_threads)
    size = examples_per_block(n_x, m, X.itemsize)
    copies = 0 if 1 in lies[1:] else size * n_x
    z, parts = scratch("z", slots * (2 * size + 32 + copies), dtype), scratch("dw", slots * n_x, dtype)
    cost, db = kernel(*given, z, parts, scratch("sums of slots", 2 * SLOTS, dtype), gradient)
    return cost, dw, db


def weighted_sums(w, X):
    """z = wᵀX, (m,), for w : (n_x,)."""
    n_x, m = X.shape
    size = examples_per_block(n_x, m, X.itemsize)
    Z, lies = np.empty(m, X.dtype), tuple(matrix(X))
    copies = 0 if 1 in lies[1:] else size * n_x
    slots = 1 if X.size < SMALL else SLOTS
    room = scratch("sums", slots * (size + 16 + copies), X.dtype)
    if slots == 1:
        sums_of_slot(0, 1, w, lies, m, room, Z)
    else:
        sums_shared(w, lies, m, room, Z)
    return Z
