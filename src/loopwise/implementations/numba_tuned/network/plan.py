"""What a network's compiled step is given: where everything stands, which arrays it works in, and how it is cut.

Here is decided into how many chunks; which examples and gradients a chunk takes is said in `narrow` and `wide`.
"""

from functools import lru_cache
from typing import NamedTuple

import numba
import numpy as np

from ....jit.matmul.matrix import matrix, plain
from ....jit.simd.host import TILE_ROWS, TILE_VECTORS, VECTOR_BYTES
from ..chunks import chunks_of, power_of_two
from ..thresholds import (
    CHUNKS,
    DEPTH_TERMS,
    FLOPS_PER_PARAMETER,
    GAP_NUMBERS,
    GAP_PANELS,
    GRADIENT_PANELS,
    NARROW_BLOCK_PANELS,
    NARROW_CHUNK_FLOPS,
    NARROW_LEAST_CHUNKS,
    NARROW_THREADS_PAY_FROM_FLOPS,
    NARROW_UP_TO_PARAMETERS,
    PREPARED_STEPS,
    WIDE_BATCH_LEAST_PANELS,
    WIDE_BATCH_NUMBERS,
    WIDE_BLOCK_PANELS,
    WIDE_THREADS_PAY_FROM_FLOPS,
)
from ..workspace import MEMORY, filled_up, scratch
from .narrow import narrow_on_all_threads, narrow_on_one_thread
from .records import Cut, Layer, Workspace
from .wide import wide_on_all_threads, wide_on_one_thread


class Layout(NamedTuple):
    """Where everything of a network stands, and how much room it takes."""

    layer_sizes: tuple  # n[0] … n[L]
    plan: np.ndarray  # a row for each layer: see `records.Layer`
    P: int  # parameters
    rows: int  # of a panel of A[1] … A[L], each filled up to whole tiles
    last_rows: int  # numbers of those rows of every W[l] that fill no tile
    transposed: int  # numbers of every W[l] transposed, from the second layer on


@lru_cache(maxsize=64)
def layout_of(layer_sizes, activations, loss):
    """The layout of a network whose activations and loss are given by their numbers."""
    panel_rows = sum(filled_up(units, TILE_ROWS) for units in layer_sizes[1:])
    plan = [Layer(layer_sizes[0], 0, loss, 0, 0, 0, panel_rows, 0, 0)]
    w = row = last = transposed = 0
    for l in range(1, len(layer_sizes)):
        rows, columns = layer_sizes[l], layer_sizes[l - 1]
        b = w + rows * columns
        plan.append(Layer(rows, activations[l - 1], loss, w, b, row, panel_rows, last, transposed))
        w = b + rows
        row += filled_up(rows, TILE_ROWS)
        last += TILE_ROWS * columns if rows % TILE_ROWS else 0
        transposed += filled_up(columns, TILE_ROWS) * rows if l > 1 else 0
    return Layout(layer_sizes, np.array(plan, np.intp), w, row, last, transposed)


def is_narrow(layout):
    """Whether each chunk has room for a gradient of its own."""
    return layout.P <= NARROW_UP_TO_PARAMETERS and layout.layer_sizes[0] <= DEPTH_TERMS


def narrow_step(layout, m, itemsize):
    """Which kernel does a narrow network's step, how it is cut, and the sizes of the workspace's arrays."""
    width, P = width_of(itemsize), layout.P
    panels = -(-m // width)
    flops = FLOPS_PER_PARAMETER * m * P
    is_shared = flops >= NARROW_THREADS_PAY_FROM_FLOPS
    block = min(NARROW_BLOCK_PANELS, max(1, panels // NARROW_LEAST_CHUNKS) if is_shared else panels)
    chunks = power_of_two(min(chunks_of(flops, NARROW_CHUNK_FLOPS), panels // block)) if is_shared else 1
    threads = numba.config.NUMBA_NUM_THREADS if chunks > 1 else 1
    gap, apart = (GAP_PANELS, GAP_NUMBERS) if chunks > 1 else (0, 0)
    kept = (block + gap) * layout.rows * width
    each = (block * layout.layer_sizes[0] + TILE_ROWS) * width + apart
    sizes = {"A": threads * kept, "dZ": threads * kept, "scratch": threads * each, "sums": chunks * P}
    sizes["costs"] = threads * (block + gap) + chunks
    step = narrow_on_all_threads if chunks > 1 else narrow_on_one_thread
    return step, Cut(m, chunks, block, each), sizes


def wide_step(layout, m, itemsize):
    """Which kernel does a wide network's step, how it is cut, and the sizes of the workspace's arrays."""
    width, inputs = width_of(itemsize), layout.layer_sizes[:-1]
    is_shared = FLOPS_PER_PARAMETER * m * layout.P >= WIDE_THREADS_PAY_FROM_FLOPS
    threads = numba.config.NUMBA_NUM_THREADS if is_shared else 1
    chunks = wide_chunks(threads) if is_shared else 1
    panels = panels_of_batch(-(-m // width), layout.rows * width, layout.P)
    features = min(DEPTH_TERMS, inputs[0]) * min(WIDE_BLOCK_PANELS, -(-panels // chunks)) * width
    columns = min(GRADIENT_PANELS * width, filled_up(max(inputs), width))
    each = max(features, (columns * min(WIDE_BLOCK_PANELS, panels) + TILE_ROWS) * width)
    kept = panels * layout.rows * width
    sizes = {"A": kept, "dZ": kept, "scratch": threads * each, "sums": 0, "costs": panels}
    step = wide_on_all_threads if chunks > 1 else wide_on_one_thread
    return step, Cut(m, chunks, panels, each), sizes


def wide_chunks(threads):
    """Into how many chunks a wide network's step is cut: no cut changes a bit, so each thread may have one."""
    return max(CHUNKS, threads)


def width_of(itemsize):
    """Examples of a panel."""
    return TILE_VECTORS * VECTOR_BYTES // itemsize


def panels_of_batch(panels, size, parameters):
    """How many panels of A[1] … A[L], `size` numbers each, a wide network keeps at a time.

    About as many in the last batch as in the others, and an even number.
    """
    # Little room: an eighth of the weights', or a third of what array expressions keep of all examples.
    little = max(WIDE_BATCH_LEAST_PANELS, parameters // 8 // size, -(-panels // 3))
    enough_for_threads = max(CHUNKS * WIDE_BLOCK_PANELS, WIDE_BATCH_NUMBERS // size)
    batches = -(-panels // min(little, enough_for_threads))
    return min(panels, filled_up(-(-panels // batches), 2))


def prepare(layer_sizes, activations, loss, m, dtype):
    """Which kernel does the step, the plan, how the work is cut, and the workspace."""
    layout = layout_of(layer_sizes, activations, loss)
    step, cut, sizes = (narrow_step if is_narrow(layout) else wide_step)(layout, m, dtype.itemsize)
    sizes |= {"last_rows": layout.last_rows + 1, "transposed": layout.transposed + 1}
    work = Workspace(**{name: scratch(name, size, dtype) for name, size in sizes.items()})
    if len(MEMORY.steps) >= PREPARED_STEPS:
        MEMORY.steps.clear()
    prepared = MEMORY.steps[layer_sizes, activations, loss, m, dtype] = step, layout.plan, tuple(cut), tuple(work)
    return prepared


def network_step(theta, X, Y, layer_sizes, activations, loss):
    """Cost and gradient of a network without penalty, dropout and batch normalization, in one compiled call."""
    kind = layer_sizes, activations, loss, X.shape[1], theta.dtype
    step, plan, cut, work = MEMORY.steps.get(kind) or prepare(*kind)
    gradient = np.empty(len(theta), theta.dtype)
    J = step(plan, plain(theta), tuple(matrix(X)), tuple(matrix(plain(Y))), cut, work, gradient)
    return J, gradient
