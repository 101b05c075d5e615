"""What a network's compiled step is told: where everything stands, and which arrays it works in."""

import threading
from functools import lru_cache

import numpy as np

from ..interface import ACTIVATIONS, LOSSES
from ..kernels._host import TILE_ROWS, TILE_VECTORS, VECTOR_BYTES
from ..kernels.matrix import matrix, plain
from ._tuned_network import (
    ACTIVATION,
    B_AT,
    BLOCK,
    DEPTH,
    LAST_AT,
    PANELS,
    ROW_AT,
    SLOTS,
    TURNED_AT,
    UNITS,
    W_AT,
    all_threads,
    one_thread,
)

SMALL = 2_000_000  # floating-point operations: less is done before other threads have woken up
BATCH = 2**20  # numbers of A[1] … A[L] that are kept at a time

_workspaces = threading.local()


def scratch(name, size, dtype):
    """An array of at least `size` numbers that is the same one at every call, for each thread its own.

    A step that allocated its workspace anew would wait for the operating system to clear the pages.
    """
    key = name, np.dtype(dtype).char
    array = _workspaces.__dict__.get(key)
    if array is None or len(array) < size:
        array = np.zeros(size, dtype)
        _workspaces.__dict__[key] = array
    return array


def filled_up(number, unit):
    """The next multiple of `unit`."""
    return -(-number // unit) * unit


@lru_cache(maxsize=64)
def plan_of(architecture):
    """The plan of an architecture, and the sizes of a block, of the last rows and of the transposed weights."""
    plan = np.zeros((architecture.L + 1, 7), np.int64)
    plan[:, UNITS] = architecture.n
    w = row = last = turned = 0
    for l in range(1, architecture.L + 1):
        rows, columns = architecture.n[l], architecture.n[l - 1]
        plan[l, ACTIVATION] = ACTIVATIONS.index(architecture.g(l))
        plan[l, W_AT], plan[l, B_AT] = w, w + rows * columns
        plan[l, ROW_AT], plan[l, LAST_AT], plan[l, TURNED_AT] = row, last, turned
        w += rows * columns + rows
        row += filled_up(rows, TILE_ROWS)
        last += TILE_ROWS * columns if rows % TILE_ROWS else 0
        turned += filled_up(columns, TILE_ROWS) * rows if l > 1 else 0
    plan[0, ROW_AT] = row
    return plan, row, last, turned


@lru_cache(maxsize=256)
def sizes_of(architecture, m, itemsize):
    """How the work is cut: slots, examples of a batch, and the sizes of the workspace's arrays."""
    _, rows, last, turned = plan_of(architecture)
    width = TILE_VECTORS * VECTOR_BYTES // itemsize
    block = BLOCK * width
    slots = 1 if 6 * m * architecture.parameter_count < SMALL else SLOTS
    blocks = -(-m // block)
    batches = -(-blocks // max(SLOTS, BATCH // (rows * block)))
    examples = -(-blocks // batches) * block
    kept = -(-min(m, examples) // block) * rows * block
    widest = filled_up(max(architecture.n[1:]), TILE_ROWS)
    each = max(DEPTH * block, PANELS * width * (block + widest))
    return slots, examples, (kept, kept, last + 1, turned + 1, slots * each, slots)


def network_step(architecture, theta, X, Y):
    """Cost and gradient of a network without penalty, dropout and batch normalization, in one compiled call."""
    dtype, m = theta.dtype, X.shape[1]
    slots, examples, sizes = sizes_of(architecture, m, dtype.itemsize)
    names = "A", "dZ", "last_rows", "turned", "scratch", "costs"
    work = tuple(scratch(name, size, dtype)[:size] for name, size in zip(names, sizes))
    gradient = np.empty(len(theta), dtype)
    step = one_thread if slots == 1 else all_threads
    labels = matrix(plain(Y))
    J = step(
        *(plan_of(architecture)[0], plain(theta), tuple(matrix(X)), tuple(labels)),
        *(m, LOSSES.index(architecture.loss), examples, work, gradient),
    )
    return float(J), gradient
