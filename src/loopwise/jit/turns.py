"""Kernels that use threads take turns, and a forked process is refused what it cannot do.

Numba's workqueue layer aborts the process when two threads enter it. GNU OpenMP, the usual layer on Linux, ends a child
that was forked after its parent had started OpenMP's threads: a `multiprocessing.Pool` then waits for ever.
"""

import os
import threading

from numba.core.compiler_lock import global_compiler_lock
from numba.np.ufunc import parallel

from ..errors import ForkError


class Turns:
    """A lock that one thread may take several times, and that is free in a forked child.

    Raises
    ------
    ForkError
        In a child whose parent had started threads that do not survive a fork.
    """

    def __init__(self):
        self._lock = threading.RLock()
        self._lost_threads = False
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(before=self._before, after_in_parent=self._after, after_in_child=self._after_in_child)

    def __enter__(self):
        if self._lost_threads:
            raise ForkError(
                "this process was forked after its parent had started OpenMP threads, which do not survive that; "
                "use multiprocessing.get_context('spawn') or joblib, or set NUMBA_THREADING_LAYER=workqueue"
            )
        self._lock.acquire()
        return self

    def __exit__(self, *_):
        self._lock.release()

    def _before(self):
        """A fork waits for the kernels and the compiler: what holds a lock then would hold it for ever."""
        self._lock.acquire()
        global_compiler_lock.acquire()

    def _after(self):
        global_compiler_lock.release()
        self._lock.release()

    def _after_in_child(self):
        self._after()
        self._lost_threads = has_started_openmp()


def has_started_openmp():
    """Whether Numba has started threads of GNU OpenMP in this process, or in the one that it was forked from."""
    try:
        if parallel.threading_layer() != "omp":
            return False
    except ValueError:  # no layer yet
        return False
    from numba.np.ufunc import omppool

    return omppool.openmp_vendor == "GNU"


# One for all implementations: the threads are Numba's.
ONE_AT_A_TIME = Turns()
