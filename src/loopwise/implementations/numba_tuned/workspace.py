"""The memory that numba_tuned works in: the same at every call, for each thread its own.

A step that allocated its workspace anew would wait for the operating system to clear the pages.
"""

import threading

import numpy as np

from ...jit.simd.host import CACHE_LINE_BYTES


class Memory(threading.local):
    """One thread's memory.

    Attributes
    ----------
    buffers : dict of (str, dtype) to array
    steps : dict
        Prepared network steps, which look at the buffers.
    """

    def __init__(self):
        self.buffers, self.steps = {}, {}

    def forget(self):
        """Give all of it back."""
        self.buffers.clear()
        self.steps.clear()


MEMORY = Memory()


def scratch(name, size, dtype):
    """`size` numbers to work in: the first ones of the buffer called `name`, which grows where it must."""
    key = name, np.dtype(dtype)
    array = MEMORY.buffers.get(key)
    if array is None or len(array) < size:
        array = MEMORY.buffers[key] = aligned_zeros(size, dtype)
        MEMORY.steps.clear()  # a step may look at the old buffer
    return array[:size]


def aligned_zeros(size, dtype):
    """Zeros that begin where a cache line does, so that no vector of a panel lies across two lines."""
    spare = CACHE_LINE_BYTES // np.dtype(dtype).itemsize
    array = np.zeros(size + spare, dtype)
    return array[-array.ctypes.data % CACHE_LINE_BYTES // array.itemsize :][:size]


def filled_up(number, unit):
    """The next multiple of `unit`."""
    return -(-number // unit) * unit
