"""Into how many chunks work is cut, and how operations on whole arrays are.

Of these each is a pair of kernels with the same parameters: `…_chunk` does all that it is given, `…_shared` gives one
chunk after another to whichever thread is free. Sizes alone decide which of them does the work, and where chunks begin.
How a neuron's step is cut is in `neuron/by_examples`, a network's in `network/plan`.
"""

import numpy as np

from ...jit.decorators import njit
from ...jit.matmul.matrix import plain
from .thresholds import CHUNKS, MOST_CHUNKS, UPDATE_CHUNK_NUMBERS, UPDATE_THREADS_PAY_FROM_NUMBERS


def chunks_of(work, least):
    """Into how many chunks work is cut that threads share: a power of two, more than CHUNKS if each has `least` of it.

    The number of threads does not count, so it changes no bit; MOST_CHUNKS are enough for as many cores.
    """
    return power_of_two(min(MOST_CHUNKS, max(CHUNKS, work // least)))


def power_of_two(number):
    """The largest that is not more."""
    return 1 << (number.bit_length() - 1)


def shared(array):
    """Whether threads share the work on an array: then the `…_shared` kernel does it."""
    return array.size >= UPDATE_THREADS_PAY_FROM_NUMBERS


@njit
def chunk_count(count):
    """How many chunks `count` numbers make."""
    return (count + UPDATE_CHUNK_NUMBERS - 1) // UPDATE_CHUNK_NUMBERS


@njit
def part_of(chunk, count):
    """One chunk, as a slice. Cast to intp: prange's index is unsigned, and every callee would be compiled twice."""
    first = np.intp(chunk) * UPDATE_CHUNK_NUMBERS
    return slice(first, min(count, first + UPDATE_CHUNK_NUMBERS))


@njit
def slice_of_unit(unit):
    """One unit, as a slice."""
    return slice(np.intp(unit), np.intp(unit) + 1)


def order_of(A, B):
    """The order in which two matrices can be read as vectors: column by column only if both lie so in memory."""
    return "F" if A.flags.fnc and B.flags.fnc else "C"


def row_by_row(*arrays):
    """The arrays in C order, in which each unit's examples stand together; copied only where they are not."""
    return [plain(array) for array in arrays]
