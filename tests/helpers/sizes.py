"""The sizes at which the contract is held: where kernels go from whole pieces to remainders.

They follow from the host's registers (`jit/simd/host.py`; `registers.py` takes another processor's) and from the
pieces into which the kernels cut their work. Of each piece the sizes are `edges`; every dimension takes each of them
once, in a combination of its own, and not in all that there are.
"""

import numba
import numpy as np

from loopwise.implementations.numba_parallel import products as parallel
from loopwise.implementations.numba_parallel.neurons import CACHE
from loopwise.implementations.numba_tuned.thresholds import (
    DEPTH_TERMS,
    GRADIENT_PANELS,
    NARROW_BLOCK_PANELS,
    WIDE_BLOCK_PANELS,
)
from loopwise.jit.matmul import product
from loopwise.jit.simd.host import CACHE_LINE_BYTES, TILE_ROWS, TILE_VECTORS, VECTOR_BYTES


def edges(piece):
    """One less than a piece, the whole piece, one more, and two with an odd remainder."""
    return [size for size in (piece - 1, piece, piece + 1, 5 * piece // 2 | 1) if size > 0]


HALVES = [TILE_ROWS // 2, TILE_ROWS // 2 + 1, 3 * TILE_ROWS // 2]  # units whose last ones fit into half a tile, or not
# (units, features, examples): the least there is, and one of everything in turn.
ONES = [(1, 1, 1), (1, 1, 5), (1, 30, 9), (4, 1, 6), (3, 5, 1)]


def lanes(dtype):
    """Numbers of a vector."""
    return VECTOR_BYTES // np.dtype(dtype).itemsize


def width(dtype):
    """Columns of a register tile, and examples of a network's panel."""
    return TILE_VECTORS * lanes(dtype)


def small(dtype):
    """Problems at the edges of registers and of what is unrolled."""
    pieces = {
        TILE_ROWS,
        lanes(dtype),
        width(dtype),
        4 * lanes(dtype),  # numba_tuned's sums of one vector: four registers in turn
        CACHE_LINE_BYTES // np.dtype(dtype).itemsize,  # numba_tuned's neurons: examples go by whole cache lines
        4,  # numba_tuned's neurons: features and examples; numba_parallel's sums: terms of a pass
        8,  # numba_parallel's sums: rows at once
    }
    sizes = sorted({size for piece in pieces for size in edges(piece)})
    third = len(sizes) // 3
    return list(zip(sizes, sizes[third:] + sizes[:third], sizes[2 * third :] + sizes[: 2 * third]))


# === blocks, tiles and panels =========================================================================

# By how many examples numba_parallel's tasks go; its neurons' features go by eight or, column by column, by 64.
EXAMPLES = [*edges(parallel.LEAST_EXAMPLES), *edges(parallel.EXAMPLES)]
FEATURES = [*edges(8), *edges(64)]
# Chunks that fill the cache: more features and examples than numba_parallel's CACHE has room for; numba_tuned's chunks,
# which share examples or, of a tall X, features.
CHUNKS = [(1, 131, 1029), (1, 1031, 67), (1, 2059, 1029)]
# More examples than all threads' tasks take together, with features for which that is too much for the cache.
TASKS = numba.config.NUMBA_NUM_THREADS * parallel.EXAMPLES
CHUNKS += [(1, CACHE // TASKS + 1, TASKS + 5)]


def blocks_of_a_product(dtype):
    """Each block's edges in one dimension, while the others stay small; and all of them at once."""
    rows = edges(product.BLOCK_ROWS)
    terms = edges(product.PANEL_TERMS)
    columns, few = edges(product.TASK_PANELS * width(dtype)), product.FEW_TILES * TILE_ROWS
    return [
        *[(size, 9, 5 + place) for place, size in enumerate(rows)],
        *[(3 + place, size, 7) for place, size in enumerate(terms)],
        *[(2 + place % 4, 3, size) for place, size in enumerate(columns)],
        (product.BLOCK_ROWS + 9, product.PANEL_TERMS + 3, 5 * width(dtype) + 3),  # enough for threads to share
        # Few rows, for which B is read where it lies: whole tiles, and a last one that is half as high or is not.
        *[(size, product.PANEL_TERMS + 3, 2 * width(dtype) + 3) for size in (*HALVES, *edges(few))],
    ]


def large(name, dtype):
    """Problems at the edges of blocks, tiles and panels: those of the kernels that an operation has."""
    if numba.config.DISABLE_JIT:  # vectors, lane by lane in Python, take minutes for these
        return []
    if name in ("matmul", "layer_forward", "layer_gradient", "layer_backward"):
        # A layer's examples and features are the terms of its gradients.
        transposed = [(units, m, features) for units, features, m in blocks_of_a_product(dtype)[4:8]]
        # Of one unit numba_tuned's products are a neuron's sums, by examples and by features.
        return blocks_of_a_product(dtype) + CHUNKS[:2] + ([] if name in ("matmul", "layer_forward") else transposed)
    if name == "matvec":
        # numba_tuned's chunks share columns of A where there are more of them: rows fewer than chunks, and more.
        return [*[(rows, 11, 1) for rows in edges(64)], (70, 1100, 1), (7, 6001, 1), (19, 2301, 1)]
    if name in ("perceptron_step", "adaline_step", "logistic_forward", "logistic_step"):
        shapes = [(1, 19, m) for m in EXAMPLES] + [(1, features, 21) for features in FEATURES]
        # numba_tuned's step of one example: registers in turn, four of them.
        shapes += [(1, features, 1) for features in (*edges(lanes(dtype)), *edges(4 * lanes(dtype)))]
        return shapes + (CHUNKS if name == "logistic_step" else [])
    if name in ("descend", "momentum", "rmsprop", "adam"):
        return [(1, 9001, 1)]
    if name == "dot":
        return [(40_001, 1, 1)]  # numba_tuned's chunks share them
    if name in ("l2_cost", "l2_gradient"):
        return []
    return [(2, 3, m) for m in EXAMPLES]


# === networks: (n_x, n[1] … n[L], m) ==================================================================

ROWS = edges(TILE_ROWS)


def narrow_networks(dtype):
    """Few parameters: units fill tiles or not, inputs go by a tile's vectors, examples by panels and blocks of them."""
    inputs, panel = edges(TILE_VECTORS), edges(width(dtype))
    block = edges(NARROW_BLOCK_PANELS * width(dtype))
    for i in range(4):
        yield inputs[i], [ROWS[i], ROWS[i - 1], ROWS[i - 2]], panel[i - 3]
        yield inputs[i - 1], [ROWS[i], ROWS[i - 3]], block[i]
    yield inputs[0], HALVES, block[0]


def wide_networks(dtype):
    """More inputs than are taken at once: units and examples as above, and a gradient's columns by panels."""
    depth, panel, block = (edges(size) for size in (DEPTH_TERMS, width(dtype), WIDE_BLOCK_PANELS * width(dtype)))
    columns = [*edges(width(dtype)), *edges(GRADIENT_PANELS * width(dtype))]
    less, even, more, two = ROWS
    yield depth[0], [two, less, even], panel[0]
    yield depth[1], [two, even, more], panel[1]
    yield depth[2], [less, two, more], panel[2]
    yield depth[3], [more, less, two], panel[3]
    yield depth[0], HALVES, panel[2]
    if numba.config.DISABLE_JIT:
        return
    for i, size in enumerate(columns):
        yield depth[2], [size, ROWS[i % 4]], 5
    for i, m in enumerate(block):
        yield depth[2], [ROWS[i - 1]], m
    # Batches of a third of the examples: more than a block each.
    yield depth[2], [less], 3 * WIDE_BLOCK_PANELS * width(dtype) + 1
    for i, size in enumerate(depth):  # as many units: narrow networks and wide ones
        yield 3, [size, 3 + i], 5
        yield 3, [11, size], 4
