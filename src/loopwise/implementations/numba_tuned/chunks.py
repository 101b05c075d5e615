"""How operations on whole arrays are cut: every operation is a kernel for some parameters or some units.

Where there is much to do, threads share the chunks. Sizes alone decide which, and where chunks begin.
"""

import numpy as np

from ...jit.decorators import njit
from ...jit.matmul.matrix import plain
from .thresholds import UPDATE_CHUNK_NUMBERS


@njit
def chunk_count(count):
    """How many chunks `count` numbers make."""
    return (count + UPDATE_CHUNK_NUMBERS - 1) // UPDATE_CHUNK_NUMBERS


@njit
def bounds(chunk, last):
    """Where a chunk begins and ends. prange's index is unsigned: as an intp it needs no second specialization."""
    first = np.intp(chunk) * UPDATE_CHUNK_NUMBERS
    return first, min(last, first + UPDATE_CHUNK_NUMBERS)


@njit
def alone(unit):
    """Where a chunk of one unit begins and ends."""
    return np.intp(unit), np.intp(unit) + 1


def order_of(A, B):
    """The order in which two matrices can be read as vectors: column by column only if both lie so in memory."""
    return "F" if A.flags.fnc and B.flags.fnc else "C"


def row_by_row(*arrays):
    """The arrays in C order, in which each unit's examples stand together; copied only where they are not."""
    return [plain(array) for array in arrays]
