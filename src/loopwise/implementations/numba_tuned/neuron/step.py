"""Which kernel does a neuron's step, and the arrays it works in."""

import numpy as np

from ....jit.matmul.matrix import matrix, plain
from ..thresholds import CHUNKS, NEURON_THREADS_PAY_FROM_NUMBERS, TALL_ROW_NUMBERS
from ..workspace import filled_up, scratch
from .by_examples import all_threads, examples_per_block, one_thread
from .by_features import is_tall, tall_threads
from .delta import LOGISTIC
from .forward import sums_of_chunk, sums_shared


def step(w, b, X, Y, neuron):
    """What m examples cost, and gradients dw, db: means for logistic regression, sums for the others."""
    n_x, m = X.shape
    dtype, divisor = X.dtype, m if neuron == LOGISTIC else 1
    lies, dw = tuple(matrix(X)), np.empty((n_x, 1), dtype)
    given, gradient = (plain(w).reshape(-1), b, lies, plain(Y).reshape(-1), neuron, divisor), dw.reshape(-1)
    if X.size >= NEURON_THREADS_PAY_FROM_NUMBERS and is_tall(X):
        z = scratch("z", CHUNKS * (filled_up(m, TALL_ROW_NUMBERS) + TALL_ROW_NUMBERS), dtype)
        cost, db = tall_threads(*given, z, gradient)
        return cost, dw, db
    chunks, kernel = (1, one_thread) if X.size < NEURON_THREADS_PAY_FROM_NUMBERS else (CHUNKS, all_threads)
    size = examples_per_block(n_x, m, X.itemsize)
    copies = 0 if 1 in lies[1:] else size * n_x
    z, parts = scratch("z", chunks * (2 * size + 32 + copies), dtype), scratch("dw", chunks * n_x, dtype)
    cost, db = kernel(*given, z, parts, scratch("sums of chunks", 2 * CHUNKS, dtype), gradient)
    return cost, dw, db


def weighted_sums(w, X):
    """z = wᵀX, (m,), for w : (n_x,)."""
    n_x, m = X.shape
    size = examples_per_block(n_x, m, X.itemsize)
    Z, lies = np.empty(m, X.dtype), tuple(matrix(X))
    copies = 0 if 1 in lies[1:] else size * n_x
    chunks = 1 if X.size < NEURON_THREADS_PAY_FROM_NUMBERS else CHUNKS
    room = scratch("sums", chunks * (size + 16 + copies), X.dtype)
    if chunks == 1:
        sums_of_chunk(0, 1, w, lies, m, room, Z)
    else:
        sums_shared(w, lies, m, room, Z)
    return Z
