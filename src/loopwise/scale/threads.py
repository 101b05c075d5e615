"""Blocks in threads of this process."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numba
import threadpoolctl

from ..process.memory import free_memory
from .block import hold, summed

SHARE = 3  # blocks may take this part of the free memory: they are read, and copied, before they are held


class Threads:
    """Threads of this process, each with a block of its own at a time."""

    dashboard = None

    def __init__(self, count):
        self.count = count
        self.said = f"{count} thread{'s' * (count > 1)} of this process"

    @property
    def memory(self):
        """Bytes for blocks."""
        return free_memory() // SHARE

    @contextmanager
    def holding(self, blocks, on_disk=False):
        """The blocks, read and validated, ready to be asked."""
        given = arrays_of(blocks)
        with threadpoolctl.threadpool_limits(1), ThreadPoolExecutor(self.count, initializer=one_thread) as pool:
            held = pool.map(lambda piece, arrays: hold(piece, *arrays, on_disk=on_disk), blocks.pieces, given)
            yield ThreadsHolding(pool, self.count, list(held))


class ThreadsHolding:
    """Blocks in this process."""

    def __init__(self, pool, threads, blocks):
        ends = [-(-len(blocks) * k // threads) for k in range(threads + 1)]
        self.pool, self.shares = pool, [blocks[a:b] for a, b in itertools.pairwise(ends) if a < b]

    def ask(self, request, examples=None):
        """What each thread's blocks add up to, and its seconds; see `block.summed`."""
        return list(self.pool.map(lambda share: summed(share, request, examples), self.shares))


def one_thread():
    """Blocks are shared by the workers; within one nothing is: how BLAS adds depends on the number of its threads."""
    numba.set_num_threads(1)


def arrays_of(blocks):
    """X and Y of each block of Dask arrays, computed; nothing for the others."""
    if blocks.X is None:
        return [()] * len(blocks.pieces)
    import dask

    pairs = zip(blocks.X.to_delayed().ravel(), blocks.Y.to_delayed().ravel())
    return dask.compute(list(pairs), scheduler="threads")[0]
