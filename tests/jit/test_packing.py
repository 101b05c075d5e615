"""Copies in the order in which a product reads: every stride and edge, and faults that are seen."""

import numpy as np
import pytest
from helpers.faults import edges, reject
from numba import njit

from loopwise.jit.matmul.packing import copy_block, fill_columns


@njit
def copied(S, source, s_row, s_column, rows, columns, target, at, stride):
    """`copy_block`, for a test to call."""
    copy_block(S, source, s_row, s_column, rows, columns, target, at, stride)


@pytest.mark.parametrize("strides", [(41, 1), (1, 41), (41, 2), (2, 41)], ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_block_is_copied_and_nothing_beside_it(strides, dtype):
    S, (s_row, s_column) = np.arange(3000, dtype=dtype), strides
    for rows, columns in [(1, 1), (1, 19), (19, 1), (4, 8), (8, 4), (17, 17), (16, 16), (5, 33)]:
        target, stride = np.full(2000, -1.0, dtype), columns + 3
        copied(S, 7, s_row, s_column, rows, columns, target, 11, stride)
        expected = np.full(2000, -1.0, dtype)
        for i in range(rows):
            for j in range(columns):
                expected[11 + i * stride + j] = S[7 + i * s_row + j * s_column]
        assert np.array_equal(target, expected), (rows, columns)


@njit
def filled(rows, first, last, target, at, stride):
    """`fill_columns`, for a test to call."""
    fill_columns(rows, first, last, target, at, stride)


def test_columns_are_filled_with_zeros_and_no_others():
    target = np.ones(60)
    filled(3, 4, 7, target, 5, 10)
    assert np.flatnonzero(target == 0.0).tolist() == [9, 10, 11, 19, 20, 21, 29, 30, 31]


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
# Each edge of the kernels: tried where the registers are chosen (`make test-legs`), with the largest there are.
EDGES = {
    "tuned: last lanes of what is copied": (
        "jit.matmul.packing",
        "copy_block",
        "j, rest), rest)",
        "j, rest - 1), rest)",
        "matmul",
    ),
    "tuned: edges of a transposed copy from the first column": (
        "jit.matmul.packing",
        "copy_block",
        "source + whole + j * s_column",
        "source + whole",
        "layer_gradient",
    ),
}


@pytest.mark.parametrize("kind", edges(EDGES))
def test_planted_fault_is_rejected(kind):
    reject(*EDGES[kind])
