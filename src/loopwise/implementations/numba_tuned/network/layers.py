"""A network's layers, forward and backward, for some examples: what every compiled step of a network is made of.

Examples stand in panels, as wide as a register tile: a panel is a small array (rows, columns) in one piece, with all
A[l] of its examples; another one has all dZ[l]. (Were several panels side by side in longer rows, the numbers of one
would lie so far apart that they fight for the same few lines of the nearest cache.) Rows are filled up to whole tiles,
columns to whole panels.
"""

from ....jit.decorators import kernel
from ....jit.matmul.packing import copy_block, fill_columns
from ....jit.simd.tiles import (
    add_outer_product,
    as_wide,
    half_as_high,
    load_like,
    store_tile,
    tile_rows,
    tile_shape,
    zero_tile,
    zeros_like,
)
from ....jit.simd.vectors import add_up, broadcast, lanes, load, load_first, store, store_first
from ..functions import g, slope
from ..thresholds import DEPTH_TERMS
from .output import output
from .records import Panels, Weights, Workspace, layer_of

# === one product ======================================================================================


@kernel
def product(W, terms, B, C, panels, more):
    """Some panels of C = W B, or of C += W B if there is `more` to a sum that began before."""
    height = tile_shape(C.numbers)[0]
    rest = W.rows % height
    whole = W.rows - rest if rest <= height // 2 else W.rows  # the others fit into a tile half as high
    for p in range(panels):
        vectors, zero = filled(C, p) // lanes(C.numbers), zero_tile(C.numbers)
        if vectors == 1:
            product_of_rows(W, 0, W.rows, terms, B, C, p, more, as_wide(zero, 1))
        elif vectors == 2:
            product_of_rows(W, 0, W.rows, terms, B, C, p, more, as_wide(zero, 2))
        else:
            product_of_rows(W, 0, whole, terms, B, C, p, more, zero)
            product_of_rows(W, whole, W.rows, terms, B, C, p, more, half_as_high(zero))


@kernel
def filled(panels, p):
    """Columns of panel p that hold examples, in whole vectors: nothing is computed of the others."""
    n, width = lanes(panels.numbers), tile_shape(panels.numbers)[1]
    return min(width, (panels.examples - p * width + n - 1) // n * n)


@kernel
def product_of_rows(W, first, last, terms, B, C, p, more, zero):
    """Some rows of panel p of C, with tiles in the shape of `zero`.

    Rows of W that fill no tile are read from its `last_rows`, where others follow them.
    """
    height, width = tile_rows(zero), tile_shape(C.numbers)[1]
    b, c = B.offset + p * B.size, C.offset + p * C.size
    for r in range(first, last, height):
        fits = r + height <= W.rows
        rows, w = (W.numbers, W.offset + r * W.stride) if fits else (W.last_rows, W.last_offset)
        tile = load_like(zero, C.numbers, c + r * width, width) if more else zeros_like(zero)
        for k in range(terms):
            tile = add_outer_product(tile, rows, w + k, W.stride, B.numbers, b + k * width)
        store_tile(C.numbers, c + r * width, width, tile)


# === weights, once a step =============================================================================


@kernel
def prepare_weights(plan, theta, work):
    """Put aside the rows of W[l] that fill no tile, and W[l] transposed."""
    work = Workspace(*work)
    height = tile_shape(theta)[0]
    for l in range(1, len(plan)):
        layer = layer_of(plan, l)
        rows, columns, w = layer.units, layer_of(plan, l - 1).units, layer.W
        whole = rows - rows % height
        for i in range(whole * columns, rows * columns):
            work.last_rows[layer.last_rows_offset + i - whole * columns] = theta[w + i]
        if l > 1:
            copy_block(theta, w, 1, columns, columns, rows, work.transposed, layer.transposed_offset, rows)


# === examples: forward and backward ===================================================================


@kernel
def forward_and_backward(plan, theta, X, Y, batch, begin, panels, work, scratch_offset):
    """All A[l] and dZ[l] of some panels, and what each panel costs."""
    width, L = tile_shape(theta)[1], len(plan) - 1
    forward(plan, theta, X, batch, begin, panels, work, scratch_offset)
    layer = layer_of(plan, L)
    Z = panels_of(work.A, plan, batch, begin, layer.row)
    output(Z, work.dZ, panels, layer, theta, Y, batch.first + begin * width, work.costs[begin:])
    backward(plan, batch, begin, panels, work)


@kernel
def size_of_panel(plan, width):
    """How many numbers a panel of A or dZ has."""
    return layer_of(plan, 0).panel_rows * width


@kernel
def panels_of(numbers, plan, batch, begin, row):
    """The panels from `begin` on of A or dZ, from one of their rows on."""
    width = tile_shape(numbers)[1]
    size = size_of_panel(plan, width)
    return Panels(numbers, begin * size + row * width, size, batch.m - begin * width)


@kernel
def forward(plan, theta, X, batch, begin, panels, work, scratch_offset):
    """A[1] … A[L - 1] and Z[L] (without its bias) of some panels."""
    width = tile_shape(theta)[1]
    for l in range(1, len(plan)):
        layer, previous = layer_of(plan, l), layer_of(plan, l - 1)
        depth, Z = previous.units, panels_of(work.A, plan, batch, begin, layer.row)
        most = even_part(depth)
        for k in range(0, depth, most):
            terms = min(most, depth - k)
            if l == 1:
                copy_features(X, k, terms, batch, begin, panels, work.scratch, scratch_offset)
                B = Panels(work.scratch, scratch_offset, terms * width, Z.examples)
            else:
                B = panels_of(work.A, plan, batch, begin, previous.row + k)
            W = Weights(theta, layer.W + k, depth, layer.units, work.last_rows, layer.last_rows_offset + k)
            product(W, terms, B, Z, panels, k > 0)
        if l < len(plan) - 1:
            add_bias_and_activate(Z, panels, layer, theta)


@kernel
def even_part(terms):
    """How many terms are taken at once, so that no part is much smaller than the others."""
    parts = (terms + DEPTH_TERMS - 1) // DEPTH_TERMS
    return (terms + parts - 1) // parts


@kernel
def copy_features(X, k, terms, batch, begin, panels, target, at):
    """Some features of the examples of some panels, panel after panel, with zeros in a last vector's empty lanes."""
    width = tile_shape(target)[1]
    copied = Panels(target, at, terms * width, batch.m - begin * width)
    for p in range(panels):
        count = min(width, copied.examples - p * width)
        source, goal = k * X.row + (batch.first + (begin + p) * width) * X.column, at + p * copied.size
        copy_block(X.numbers, source, X.row, X.column, terms, count, target, goal, width)
        fill_columns(terms, count, filled(copied, p), target, goal, width)


@kernel
def add_bias_and_activate(Z, panels, layer, theta):
    """A = g(Z + b) in place of Z."""
    width = tile_shape(Z.numbers)[1]
    for p in range(panels):
        columns = filled(Z, p)
        for r in range(layer.units):
            bias, at = broadcast(Z.numbers, theta[layer.b + r]), Z.offset + p * Z.size + r * width
            for c in range(at, at + columns, lanes(Z.numbers)):
                store(Z.numbers, c, g(load(Z.numbers, c) + bias, layer.activation))


@kernel
def backward(plan, batch, begin, panels, work):
    """dZ[L - 1] … dZ[1] of some panels, from dZ[L]."""
    height, width = tile_shape(work.A)
    for l in range(len(plan) - 1, 1, -1):
        layer, previous = layer_of(plan, l), layer_of(plan, l - 1)
        rows, depth, dZ = previous.units, layer.units, panels_of(work.dZ, plan, batch, begin, previous.row)
        most = even_part(depth)
        for k in range(0, depth, most):
            offset = layer.transposed_offset + k
            last = offset + (rows - rows % height) * depth  # there is room behind them for a whole tile
            W = Weights(work.transposed, offset, depth, rows, work.transposed, last)
            next_dZ = panels_of(work.dZ, plan, batch, begin, layer.row + k)
            product(W, min(most, depth - k), next_dZ, dZ, panels, k > 0)
        for p in range(panels):
            columns = filled(dZ, p)
            for r in range(rows):
                at = dZ.offset + p * dZ.size + r * width
                for c in range(at, at + columns, lanes(work.A)):
                    store(work.dZ, c, load(work.dZ, c) * slope(load(work.A, c), previous.activation))


# === sums over examples ================================================================================


@kernel
def sum_of_examples(dZ, r, panels):
    """Σ dZ[l][r] over the examples of some panels."""
    width, sums = tile_shape(dZ.numbers)[1], broadcast(dZ.numbers, 0.0)
    for p in range(panels):
        at = dZ.offset + p * dZ.size + r * width
        for c in range(0, filled(dZ, p), lanes(dZ.numbers)):
            sums = sums + load(dZ.numbers, at + c)
    return add_up(sums)


@kernel
def divide_numbers(numbers, offset, count, m):
    """Some numbers, divided by m.

    Of a power of two the reciprocal is exact, so that multiplying has the same bits in a tenth of the time.
    """
    divisor, factor = broadcast(numbers, m), broadcast(numbers, 1.0 / m)
    power_of_two = m & (m - 1) == 0
    for i in range(0, count, lanes(numbers)):
        value = load_first(numbers, offset + i, count - i)
        value = value * factor if power_of_two else value / divisor
        store_first(numbers, offset + i, value, count - i)
