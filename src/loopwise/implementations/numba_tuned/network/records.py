"""What a network's kernels are given, as records: a line of meaning for each field."""

from typing import NamedTuple

import numpy as np

# The columns of `plan`, a row for each layer l = 0 … L:
UNITS = 0  # n[l]
ACTIVATION = 1  # the number of g[l]
W_AT = 2  # offset of W[l] in theta
B_AT = 3  # offset of b[l] in theta
ROW_AT = 4  # first row of A[l], and of dZ[l], in a panel; in row 0 of the plan: the rows of a whole panel
LAST_AT = 5  # offset of the last rows of W[l], which fill no tile, in `Workspace.last_rows`
TRANSPOSED_AT = 6  # offset of W[l] transposed in `Workspace.transposed`


class Workspace(NamedTuple):
    """What a step needs beside its input and output; the next step uses it again."""

    A: np.ndarray  # panels
    dZ: np.ndarray  # panels
    last_rows: np.ndarray  # of every W[l], those that fill no tile, and zeros
    transposed: np.ndarray  # every W[l] transposed, from the second layer on
    scratch: np.ndarray  # a part for each thread
    sums: np.ndarray  # gradients, one a chunk, where chunks share examples
    costs: np.ndarray  # one a chunk


class Cut(NamedTuple):
    """How a step is cut."""

    m: int
    chunks: int
    panels: int  # that are kept at a time
    each: int  # numbers of a thread's part of the scratch


class Batch(NamedTuple):
    """Which examples stand in the panels: in the first one `first`, `first + 1` …, in all of them m at most."""

    first: int
    m: int
    panels: int


class Panels(NamedTuple):
    """Some panels of an array, each with `width` examples side by side: see `layers`."""

    numbers: np.ndarray
    offset: int  # of the first number of the first panel
    size: int  # numbers from one panel to the next


class Weights(NamedTuple):
    """A matrix W, some terms of each row, as a product reads it."""

    numbers: np.ndarray
    offset: int  # of the first row's first term
    stride: int  # numbers from one row to the next
    rows: int
    last_rows: np.ndarray  # those rows that fill no tile, and zeros behind them
    last_offset: int  # of the first of them


class OutputLayer(NamedTuple):
    """The last layer: what turns Z[L] into A[L], and A[L] into losses."""

    units: int
    theta: np.ndarray
    b_offset: int  # of b[L] in theta
    activation: int
    loss: int
