"""How many threads the goals' works can keep busy: counted from the cuts themselves, for 2, 16 and 64 threads.

Nothing is timed. The functions that cut the work say what each chunk takes; Numba gives every thread as many chunks as
the next; and the work is divided by what the busiest thread has. Memory, which cores share, is not counted.
"""

import sys
from functools import partial
from itertools import pairwise

import exact
import logistic
import matmul
import networks
import numpy as np
from rich.console import Console
from rich.table import Table

from loopwise.implementations.numba_parallel import neurons as parallel
from loopwise.implementations.numba_parallel.products import examples_per_task, rows_per_task
from loopwise.implementations.numba_tuned.network import plan
from loopwise.implementations.numba_tuned.neuron import by_examples, by_features, step
from loopwise.interface import CROSS_ENTROPY, RELU, SIGMOID, SOFTMAX
from loopwise.jit.matmul.product import THREADS_PAY_FROM_MULTIPLY_ADDS, block_of, blocks
from loopwise.jit.simd.host import TILE_ROWS

THREADS = 2, 16, 64
DTYPE = np.dtype(np.float64)


def speedup(phases, threads):
    """How many times as fast: of phases, one after another, each is its share of the work and what each chunk has."""
    return 1 / sum(part * busiest(loads, threads) / sum(loads) for part, loads in phases)


def busiest(loads, threads):
    """What the busiest of some threads has to do, where each takes as many chunks as the next."""
    bounds = [len(loads) * thread // threads for thread in range(threads + 1)]
    return max(sum(loads[first:last]) for first, last in pairwise(bounds))


def even(count, chunks):
    """So many pieces, as evenly shared by chunks as they can be."""
    return np.diff([count * chunk // chunks for chunk in range(chunks + 1)])


# === the cuts =========================================================================================


def of_product(n, k, p, threads):
    """One phase: the blocks of C."""
    if n * k * p < THREADS_PAY_FROM_MULTIPLY_ADDS:
        return [(1.0, [1])]
    C, width = np.empty(0, DTYPE), plan.width_of(DTYPE.itemsize)
    down, across = blocks(-(-n // TILE_ROWS), -(-p // width), 4 * p < n, threads)
    of_c = [block_of(block, down, across, n, p, C) for block in range(down * across)]
    return [(1.0, [(b.last_row - b.first_row) * (b.last_column - b.first_column) for b in of_c])]


def matrix_of(n, m, order):
    """A matrix that takes no room: only its shape and order are asked for."""
    return np.empty((n, m), DTYPE, order)


def of_neuron(n_x, m, order, threads):
    """numba_tuned's step: z, then dw, each chunk has some features of a tall X; else one phase of examples."""
    X = matrix_of(n_x, m, order)
    chunks = step.neuron_chunks(X)
    if chunks > 1 and by_features.is_tall(X):
        return [(1.0, even(n_x, chunks))]
    size = by_examples.examples_per_block(n_x, m, 8, chunks)
    bounds = [by_examples.range_of_chunk(chunk, chunks, m, size) for chunk in range(chunks)]
    return [(1.0, [last - first for first, last in bounds])]


def of_exact_neuron(n_x, m, order, threads):
    """numba_parallel's step: half of it is z, whose tasks share examples, half is dw, whose tasks share features."""
    each = examples_per_task(m, threads)
    chunk = each * max(threads, parallel.CACHE // (n_x * each))
    rows = rows_per_task(matrix_of(n_x, m, order), threads)
    share = min(chunk, m)
    examples = [min(each, share - first) for first in range(0, share, each)]
    return [(0.5, examples), (0.5, [min(rows, n_x - first) for first in range(0, n_x, rows)])]


def of_network(n_x, layers, m, threads):
    """numba_tuned's step: chunks of examples; of a wide network the gradients' tiles are a phase of their own."""
    sizes, width = (n_x, *layers), plan.width_of(DTYPE.itemsize)
    kinds = (RELU,) * (len(layers) - 1) + (SOFTMAX if layers[-1] > 1 else SIGMOID,)
    layout, panels = plan.layout_of(sizes, kinds, CROSS_ENTROPY), -(-m // width)
    if plan.is_narrow(layout):
        return [(1.0, even(panels, plan.narrow_step(layout, m, DTYPE.itemsize)[1].chunks))]
    if plan.wide_step(layout, m, DTYPE.itemsize)[1].chunks == 1:
        return [(1.0, [1])]
    chunks, products = plan.wide_chunks(threads), [n * before for before, n in pairwise(sizes)]
    of_batch = plan.panels_of_batch(panels, layout.rows * width, layout.P)
    tiles = sum(-(-n // TILE_ROWS) * -(-before // width) for before, n in pairwise(sizes))
    forward_and_backward, gradient = 2 * sum(products) - products[0], sum(products)
    total = forward_and_backward + gradient
    return [(forward_and_backward / total, even(of_batch, chunks)), (gradient / total, even(tiles, chunks))]


# === the table ========================================================================================


def rows():
    """What it is, and its phases with so many threads: the works of the goals' table."""
    for n, k, p, _ in matmul.SIZES:
        yield f"matmul {n} × {k} × {p}", partial(of_product, n, k, p)
    for n_x, m, order, _ in logistic.SIZES:
        yield f"logistic_step {n_x} × {m}, {order}", partial(of_neuron, n_x, m, order)
    for n_x, layers, m, _ in networks.SIZES:
        yield f"network {'-'.join(map(str, (n_x, *layers)))}, m = {m}", partial(of_network, n_x, layers, m)
    for name, units, n_x, m, order, _ in exact.OPERATIONS:
        what = f"numba_parallel: {name} {units} × {n_x}, m = {m}, {order}"
        if name == "logistic_step":
            yield what, partial(of_exact_neuron, n_x, m, order)
        else:
            yield what, partial(of_product, units, n_x, m)


def main():
    """Print how many times as fast each can be."""
    table = Table("work", *(f"{threads} threads" for threads in THREADS), title="times as fast, at most")
    for what, phases in rows():
        table.add_row(what, *(f"{speedup(phases(threads), threads):.1f}" for threads in THREADS))
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
