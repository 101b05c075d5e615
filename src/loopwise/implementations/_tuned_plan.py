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
KINDS = 16  # of step that are kept prepared

_workspaces = threading.local()


def scratch(name, size, dtype):
    """`size` numbers to work in: the same memory at every call, for each thread its own.

    A step that allocated its workspace anew would wait for the operating system to clear the pages.
    """
    key = name, np.dtype(dtype).char
    array = _workspaces.__dict__.get(key)
    if array is None or len(array) < size:
        array = np.zeros(size, dtype)
        _workspaces.__dict__[key] = array
        prepared().clear()  # it may look at the old memory
    return array[:size]


def prepared():
    """What was prepared for the last few kinds of step, for each thread its own."""
    return _workspaces.__dict__.setdefault("prepared", {})


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


def sizes_of(architecture, m, itemsize):
    """How the work is cut: slots, examples of a batch, and the sizes of the workspace's arrays."""
    _, rows, last, turned = plan_of(architecture)
    width = TILE_VECTORS * VECTOR_BYTES // itemsize
    block, panels = BLOCK * width, -(-m // width)
    slots = 1 if 6 * m * architecture.parameter_count < SMALL else SLOTS
    batches = -(-panels // (BLOCK * max(SLOTS, BATCH // (rows * block))))
    blocks = -(-panels // (BLOCK * batches))
    kept = min(blocks * BLOCK, panels) * rows * width
    features = min(DEPTH, architecture.n[0]) * min(BLOCK, -(-blocks * BLOCK // slots)) * width
    gradients = PANELS * width * (min(block, filled_up(m, width)) + filled_up(max(architecture.n[1:]), TILE_ROWS))
    each = max(features, gradients)
    return slots, blocks * block, (kept, kept, last + 1, turned + 1, slots * each, slots)


def prepare(architecture, m, dtype):
    """Who does the step, the plan, the examples of a batch and the workspace."""
    slots, examples, sizes = sizes_of(architecture, m, dtype.itemsize)
    names = "A", "dZ", "last_rows", "turned", "scratch", "costs"
    work = tuple(scratch(name, size, dtype) for name, size in zip(names, sizes))
    kinds = prepared()
    if len(kinds) >= KINDS:
        kinds.clear()
    step = one_thread if slots == 1 else all_threads
    kinds[architecture, m, dtype] = step, plan_of(architecture)[0], LOSSES.index(architecture.loss), examples, work
    return kinds[architecture, m, dtype]


def network_step(architecture, theta, X, Y):
    """Cost and gradient of a network without penalty, dropout and batch normalization, in one compiled call."""
    dtype, m = theta.dtype, X.shape[1]
    step, plan, loss, examples, work = prepared().get((architecture, m, dtype)) or prepare(architecture, m, dtype)
    gradient = np.empty(len(theta), dtype)
    J = step(plan, plain(theta), tuple(matrix(X)), tuple(matrix(plain(Y))), m, loss, examples, work, gradient)
    return float(J), gradient
