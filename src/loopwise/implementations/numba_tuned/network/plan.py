"""What a network's compiled step is told: where everything stands, and which arrays it works in."""

from functools import lru_cache
from typing import NamedTuple

import numba
import numpy as np

from ....jit.matmul.matrix import matrix, plain
from ....jit.simd.host import TILE_ROWS, TILE_VECTORS, VECTOR_BYTES
from ..workspace import MEMORY, filled_up, scratch
from .layers import ACTIVATION, B_AT, DEPTH, LAST_AT, ROW_AT, SLOTS, TRANSPOSED_AT, UNITS, W_AT, Cut, Workspace
from .narrow import APART, GAP, NARROW_BLOCK, narrow_on_all_threads, narrow_on_one_thread
from .wide import BLOCK, PANELS, wide_on_all_threads, wide_on_one_thread

NARROW = 2048  # parameters
LITTLE = 500_000  # floating-point operations of a narrow network: less is done before other threads have begun
SMALL = 2_000_000  # the same of a wide one, whose threads meet more often
BATCH = 2**20  # numbers of A[1] … A[L] that a wide network keeps at a time
LEAST = 4  # panels of a wide network's batch
KINDS = 16  # of step that are kept prepared


class Layout(NamedTuple):
    """Where everything of a network stands, and how much room it takes."""

    layer_sizes: tuple  # n[0] … n[L]
    plan: np.ndarray  # a row for each layer: see `layers`
    P: int  # parameters
    rows: int  # of a panel of A[1] … A[L], each filled up to whole tiles
    last_rows: int  # numbers of those rows of every W[l] that fill no tile
    transposed: int  # numbers of every W[l] transposed, from the second layer on


@lru_cache(maxsize=64)
def layout_of(layer_sizes, activations):
    """The layout of a network, of which `activations` are the numbers."""
    plan = np.zeros((len(layer_sizes), 7), np.int64)
    plan[:, UNITS] = layer_sizes
    plan[1:, ACTIVATION] = activations
    w = row = last = turned = 0
    for l in range(1, len(layer_sizes)):
        rows, columns = layer_sizes[l], layer_sizes[l - 1]
        plan[l, W_AT], plan[l, B_AT] = w, w + rows * columns
        plan[l, ROW_AT], plan[l, LAST_AT], plan[l, TRANSPOSED_AT] = row, last, turned
        w += rows * columns + rows
        row += filled_up(rows, TILE_ROWS)
        last += TILE_ROWS * columns if rows % TILE_ROWS else 0
        turned += filled_up(columns, TILE_ROWS) * rows if l > 1 else 0
    plan[0, ROW_AT] = row
    return Layout(layer_sizes, plan, w, row, last, turned)


def narrow_step(layout, m, itemsize):
    """Which kernel does a narrow network's step, how it is cut, and the sizes of the workspace's arrays."""
    width, P = width_of(itemsize), layout.P
    panels = -(-m // width)
    block = min(NARROW_BLOCK, panels)
    slots = min(SLOTS, panels // block) if 6 * m * P >= LITTLE else 1
    threads = numba.config.NUMBA_NUM_THREADS if slots > 1 else 1
    gap, apart = (GAP, APART) if slots > 1 else (0, 0)
    kept = (block + gap) * layout.rows * width
    each = (block * layout.layer_sizes[0] + TILE_ROWS) * width + apart
    weights = layout.last_rows + 1, layout.transposed + 1
    sizes = threads * kept, threads * kept, *weights, threads * each, slots * P, slots
    step = narrow_on_all_threads if slots > 1 else narrow_on_one_thread
    return step, Cut(m, slots, block, each), sizes


def wide_step(layout, m, itemsize):
    """Which kernel does a wide network's step, how it is cut, and the sizes of the workspace's arrays."""
    width, inputs = width_of(itemsize), layout.layer_sizes[:-1]
    slots = SLOTS if 6 * m * layout.P >= SMALL else 1
    threads = numba.config.NUMBA_NUM_THREADS if slots > 1 else 1
    panels = panels_of_batch(-(-m // width), layout.rows * width, layout.P)
    features = min(DEPTH, inputs[0]) * min(BLOCK, -(-panels // slots)) * width
    columns = min(PANELS * width, filled_up(max(inputs), width))
    each = max(features, (columns * min(BLOCK, panels) + TILE_ROWS) * width)
    kept, weights = panels * layout.rows * width, (layout.last_rows + 1, layout.transposed + 1)
    step = wide_on_all_threads if slots > 1 else wide_on_one_thread
    return step, Cut(m, slots, panels, each), (kept, kept, *weights, threads * each, 0, slots)


def width_of(itemsize):
    """Examples of a panel."""
    return TILE_VECTORS * VECTOR_BYTES // itemsize


def panels_of_batch(panels, size, parameters):
    """How many panels of A[1] … A[L], `size` numbers each, a wide network keeps at a time.

    Few enough that they take little room beside the weights, or beside what array expressions keep of all examples;
    enough for some threads; about as many in the last batch as in the others, and an even number.
    """
    little = max(LEAST, parameters // 8 // size, -(-panels // 3))
    batches = -(-panels // min(little, max(SLOTS * BLOCK, BATCH // size)))
    return min(panels, filled_up(-(-panels // batches), 2))


def prepare(layer_sizes, activations, m, dtype):
    """Which kernel does the step, the plan, how the work is cut, and the workspace."""
    layout = layout_of(layer_sizes, activations)
    narrow = layout.P <= NARROW and layer_sizes[0] <= DEPTH
    step, cut, sizes = (narrow_step if narrow else wide_step)(layout, m, dtype.itemsize)
    work = tuple(scratch(name, size, dtype) for name, size in zip(Workspace._fields, sizes))
    if len(MEMORY.steps) >= KINDS:
        MEMORY.steps.clear()
    prepared = MEMORY.steps[layer_sizes, activations, m, dtype] = step, layout.plan, tuple(cut), work
    return prepared


def network_step(theta, X, Y, layer_sizes, activations, loss):
    """Cost and gradient of a network without penalty, dropout and batch normalization, in one compiled call."""
    kind = layer_sizes, activations, X.shape[1], theta.dtype
    step, plan, cut, work = MEMORY.steps.get(kind) or prepare(*kind)
    gradient = np.empty(len(theta), theta.dtype)
    J = step(plan, plain(theta), tuple(matrix(X)), tuple(matrix(plain(Y))), loss, cut, work, gradient)
    return J, gradient
