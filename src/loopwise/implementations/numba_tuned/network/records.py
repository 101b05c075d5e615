"""What a network's kernels are given, as records: a line of meaning for each field."""

from typing import NamedTuple

import numpy as np

from ....jit.decorators import kernel


class Layer(NamedTuple):
    """One layer. A network's plan is a matrix of integers with a row for each layer l = 0 … L: these, in this order."""

    units: int  # n[l]
    activation: int  # the number of g[l]
    loss: int  # the number of the network's loss
    W: int  # offset of W[l] in theta
    b: int  # offset of b[l] in theta
    row: int  # first row of A[l], and of dZ[l], in a panel
    panel_rows: int  # of a whole panel, with A[1] … A[L]
    last_rows_offset: int  # in `Workspace.last_rows`, of the rows of W[l] that are left over after whole tiles
    transposed_offset: int  # in `Workspace.transposed`, of W[l] transposed


@kernel
def layer_of(plan, l):
    """Layer l of a plan: numbers that stay in registers, whatever is written meanwhile."""
    row = plan[l]
    return Layer(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8])


class Workspace(NamedTuple):
    """What a step needs beside its input and output; the next step uses it again."""

    A: np.ndarray  # panels
    dZ: np.ndarray  # panels
    last_rows: np.ndarray  # of every W[l], those left over after whole tiles, and zeros behind them
    transposed: np.ndarray  # every W[l] transposed, from the second layer on
    scratch: np.ndarray  # a part for each thread
    sums: np.ndarray  # gradients, one a chunk, where chunks share examples
    costs: np.ndarray  # one a panel; behind them, one a chunk, where chunks share examples


class Cut(NamedTuple):
    """How a step is cut."""

    m: int
    chunks: int
    panels: int  # that are kept at a time
    each: int  # numbers of a thread's part of the scratch


class Batch(NamedTuple):
    """The examples that are kept at a time."""

    first: int  # example that panel 0 begins with
    m: int  # examples
    panels: int  # that hold them


class Panels(NamedTuple):
    """Some panels of an array, each with `width` examples side by side: see `layers`."""

    numbers: np.ndarray
    offset: int  # of the first number of the first panel
    size: int  # numbers from one panel to the next
    examples: int  # of these panels and of those after them: the last one may be part-filled


class Corner(NamedTuple):
    """Some rows and columns of a matrix, at most a register tile of them."""

    offset: int  # of its first number
    stride: int  # numbers from one row to the next
    rows: int
    columns: int


class Weights(NamedTuple):
    """A matrix W, some terms of each row, as a product reads it."""

    numbers: np.ndarray
    offset: int  # of the first row's first term
    stride: int  # numbers from one row to the next
    rows: int
    last_rows: np.ndarray  # those rows that fill no tile, and zeros behind them
    last_offset: int  # of the first of them
