"""What the epochs of a neuron and of a network have in common: batches, and what is learned, twice."""

import numpy as np

from ...jit.decorators import kernel, njit
from ...jit.matmul.packing import copy_block
from ...jit.simd.vectors import lanes, prefetch
from .thresholds import FETCHED_VECTORS


@kernel
def fetch(X, rows, examples, first, last):
    """Ask memory for some examples at once, where each lies in one piece: for how they begin, the rest follows."""
    if X.row == 1:
        for k in range(first, min(last, len(examples))):
            x = examples[k] * X.column
            for j in range(0, min(rows, FETCHED_VECTORS * lanes(X.numbers)), lanes(X.numbers)):
                prefetch(X.numbers, x + j)


@kernel
def gather(X, rows, examples, first, count, batch):
    """Some examples of X, row by row: what `take` makes of them."""
    fetch(X, rows, examples, first, first + count)
    for k in range(count):
        x = examples[first + k] * X.column
        for j in range(rows):
            batch[j * count + k] = X.numbers[x + j * X.row]


@kernel
def gather_examples(X, rows, examples, first, count, batch):
    """The same, example by example."""
    fetch(X, rows, examples, first, first + count)
    for k in range(count):
        copy_block(X.numbers, examples[first + k] * X.column, 0, X.row, 1, rows, batch, k * rows, rows)


@njit
def copies(learned):
    """(theta, velocity, square) as they are, and room for those of the next step: the two take turns."""
    before = (learned.theta.copy(), learned.velocity.copy(), learned.square.copy())
    return before, (np.empty_like(before[0]), np.empty_like(before[1]), np.empty_like(before[2]))


@kernel
def rate_of(epoch, descent):
    """The learning rate of an epoch."""
    return descent.alpha / (1.0 + descent.decay * epoch)
