"""Memory order: the same sum along the rows and down the columns.

Source: goes beyond B "Vectorization": what two nested loops over a matrix cost
"""

import numpy as np
from numba import njit

from ...report import units
from ..demo import Outcome
from ..kit import nearest, pace, require_equal, table, timed, times_table

SIDE, LINE = 4000, 8  # numbers in a line of 64 bytes
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
def down_columns(A, step):
    total = 0.0
    for j in range(0, A.shape[1], step):
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
        "down columns, C order": lambda: down_columns(A, 1),
        "along rows, F order": lambda: along_rows(F),
        "down columns, F order": lambda: down_columns(F, 1),
    }
    require_equal({name: step() for name, step in contenders.items()})
    times = timed(contenders, 3.0)
    down = times["down columns, C order"]
    flat = A.reshape(-1)
    steps = {f"every {stride}": lambda stride=stride: every(flat, stride) for stride in STRIDES}
    steps["down"] = lambda: down_columns(A, LINE)
    for step in steps.values():
        step()
    walked = timed(steps, 1.5)
    alone = walked.pop("down").seconds * LINE / A.size
    each = {stride: one.seconds * stride / A.size for stride, one in zip(STRIDES, walked.values())}
    rows = [(stride, 8 * stride, units.seconds(seconds)) for stride, seconds in each.items()]
    said = f"""
    Down the columns it {pace(down)}, for the same numbers and the same bits. Memory comes in lines of 64 bytes, {LINE}
    numbers. Along a row all of them are used one after the other. Down a column of C order, {SIDE} other lines come
    before the next number of a line is asked for: by then it has left the nearest cache and comes from one further
    away. Besides, each row lies on another page of memory, whose address has to be looked up. In F order it is the
    other way round.

    A number costs {units.seconds(each[1])} along the rows, {units.seconds(down.seconds / A.size)} down the columns,
    and {units.seconds(alone)} down every eighth column, where no line is used twice. Along the rows each addition
    waits for the one before; that hides part of what memory costs there.

    Steps along memory: {units.seconds(each[1])} a number when all are read, {units.seconds(each[LINE])} when every
    eighth is, so that each brings a line of its own, {units.seconds(each[32])} when every 32nd is. How fast that
    grows depends on how far the machine looks ahead.
    """
    shown = [times_table(times), table(("every k-th number", "bytes apart", "time for each"), rows)]
    return Outcome(nearest(1 / down.ratio, TIMES), shown, said, {"slower": 1 / down.ratio, "seconds_each": each})
