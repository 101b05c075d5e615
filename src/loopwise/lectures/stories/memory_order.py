"""Memory order: the same sum along the rows and down the columns.

Source: B "Vectorization": nested loops over a matrix
"""

import numpy as np
from numba import njit

from ...report import units
from ..story import Seen, nearest, require_equal, table, timed, times_table

SIDE = 4000
STRIDES = (1, 2, 4, 8, 16, 32)
QUESTION = f"""
A is {SIDE} × {SIDE}, stored row after row (C order). Adding up its numbers down the columns instead of along the rows
takes
"""
TIMES = (1, 4, 16)
CHOICES = ("about as long", "about 4 times as long", "about 16 times as long or more")


@njit(cache=True)
def along_rows(A):
    total = 0.0
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            total += A[i, j]
    return total


@njit(cache=True)
def down_columns(A):
    total = 0.0
    for j in range(A.shape[1]):
        for i in range(A.shape[0]):
            total += A[i, j]
    return total


@njit(cache=True)
def every(a, stride):
    total = 0.0
    for k in range(0, len(a), stride):
        total += a[k]
    return total


CODE = [along_rows, down_columns]


def measure():
    """Both loops on A in C and in F order, then steps of several lengths through memory."""
    # Small whole numbers: every sum is exact, so the order cannot change a bit.
    A = np.random.default_rng(0).integers(0, 10, (SIDE, SIDE)).astype(np.float64)
    F = np.asfortranarray(A)
    contenders = {
        "along rows, C order": lambda: along_rows(A),
        "down columns, C order": lambda: down_columns(A),
        "along rows, F order": lambda: along_rows(F),
        "down columns, F order": lambda: down_columns(F),
    }
    require_equal({name: step() for name, step in contenders.items()})
    times = timed(contenders, 3.0)
    slower = times["down columns, C order"].seconds / times["along rows, C order"].seconds
    flat = A.reshape(-1)
    steps = {stride: lambda stride=stride: every(flat, stride) for stride in STRIDES}
    for step in steps.values():
        step()
    each = {stride: one.seconds * stride / flat.size for stride, one in timed(steps, 1.5).items()}
    rows = [(stride, 8 * stride, units.seconds(seconds)) for stride, seconds in each.items()]
    said = f"""
    Down the columns it takes {units.three(slower)} times as long, for the same numbers and the same bits. Memory
    comes in lines of 64 bytes, 8 numbers. Along a row all 8 are used; down a column of C order one is used, and by
    the time its neighbours are asked for, their line is gone. In F order it is the other way round.

    Steps through memory show it: a number costs {units.seconds(each[1])} when all are read and
    {units.seconds(each[8])} when every eighth is, for then each brings a line of its own. What lies beyond depends
    on how far the machine looks ahead.
    """
    shown = [times_table(times), table(("every k-th number", "bytes apart", "time for each"), rows)]
    return Seen(nearest(slower, TIMES), shown, said, {"slower": slower, "seconds_each": each})
