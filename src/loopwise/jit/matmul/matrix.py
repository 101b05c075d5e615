"""Arrays as they lie in memory: what kernels take, so that one compiled kernel serves every memory order."""

from typing import NamedTuple

import numpy as np


class Matrix(NamedTuple):
    """Element (r, c) is `numbers[r * row + c * column]`."""

    numbers: np.ndarray
    row: int
    column: int


class _Memory:
    """Memory that NumPy believes may be written to."""

    def __init__(self, array):
        self.array = array  # must live as long as the memory is looked at
        self.__array_interface__ = {**array.__array_interface__, "data": (array.ctypes.data, False)}


def plain(array):
    """The array in C order, copied if it must be.

    For one that may not be written to Numba would compile every kernel once more. None of ours writes to what it was
    given, so they are shown the same memory without that mark.
    """
    array = np.ascontiguousarray(array)
    return array if array.flags.writeable else np.asarray(_Memory(array))


def matrix(array):
    """A two-dimensional array as a `Matrix`: nothing is copied, unless it runs backwards."""
    if array.flags.c_contiguous:
        return Matrix(plain(array).reshape(-1), array.shape[1], 1)
    if array.flags.f_contiguous:
        return Matrix(plain(array.T).reshape(-1), 1, array.shape[0])
    size = array.itemsize
    if min(array.strides) < 0 or any(stride % size for stride in array.strides) or not array.flags.aligned:
        return matrix(np.ascontiguousarray(array))
    row, column = (stride // size for stride in array.strides)
    length = (array.shape[0] - 1) * row + (array.shape[1] - 1) * column + 1
    return Matrix(plain(np.lib.stride_tricks.as_strided(array, (length,), (size,))), row, column)
