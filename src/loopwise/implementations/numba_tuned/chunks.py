"""How operations on whole arrays are cut: every operation is a kernel for some parameters or some units.

Where there is much to do, threads share the parts. Sizes alone decide which, and where parts begin.
"""

import numpy as np

from ...jit.decorators import njit
from ...jit.matmul.matrix import plain

MUCH = 2**16  # numbers in an array, from which on threads gain more than they cost
PART = 2**14  # numbers that a thread takes at a time


@njit
def parts(count):
    """How many parts `count` numbers make."""
    return (count + PART - 1) // PART


@njit
def bounds(part, last):
    """Where a part begins and ends. `prange` counts without a sign; with one, the kernels are not compiled twice."""
    first = np.intp(part) * PART
    return first, min(last, first + PART)


@njit
def alone(unit):
    """Where a part of one unit begins and ends."""
    return np.intp(unit), np.intp(unit) + 1


def order_of(A, B):
    """The order in which two matrices can be read as vectors: column by column only if both lie so in memory."""
    return "F" if A.flags.fnc and B.flags.fnc else "C"


def row_by_row(*arrays):
    """The arrays in C order, in which each unit's examples stand together; copied only where they are not."""
    return [plain(array) for array in arrays]
