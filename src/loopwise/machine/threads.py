"""Threads: how many, the same for every contender, and quiet between them."""

import os
import threading
import time
from contextlib import contextmanager, suppress

import numba
import threadpoolctl

from ..errors import OptionError, one_line
from ..process.environment import NUMBA_LAYER, thread_limit
from .load import TASKS


def default_threads():
    """Every core, or the smallest limit that the environment sets to OpenMP, BLAS or Numba."""
    return min(thread_limit(), numba.config.NUMBA_NUM_THREADS)


@contextmanager
def threads(count):
    """Give every contender the same number of threads, BLAS and Numba alike, while the `with` block runs.

    Raises
    ------
    OptionError
        More threads than Numba was started with (`NUMBA_NUM_THREADS`), or a threading layer that is not there.
    """
    if not 1 <= count <= numba.config.NUMBA_NUM_THREADS:
        raise OptionError(
            f"threads is {count}; expected 1 to {numba.config.NUMBA_NUM_THREADS} (NUMBA_NUM_THREADS at start)"
        )
    try:
        before = numba.get_num_threads()  # the first time, this starts Numba's threads
    except ValueError as error:
        layer = numba.config.THREADING_LAYER
        raise OptionError(f"{NUMBA_LAYER} is {layer!r}, which cannot be started: {one_line(error)}") from None
    numba.set_num_threads(count)
    try:
        with threadpoolctl.threadpool_limits(count):
            yield
    finally:
        numba.set_num_threads(before)


# Seconds: a process's own time goes by 15 milliseconds on Windows.
LOOK = 0.06 if os.name == "nt" else 0.001


def settle(limit=1.0, own=()):
    """Wait until this process is quiet, but for threads that the next one needs itself.

    BLAS and OpenMP threads spin for up to a tenth of a second after their last call and take a core from the
    next one; a contender must not pay for the one before it.

    Parameters
    ----------
    limit : float
        Seconds; then it gives up.
    own : collection of str
        Threads that may run, as the system numbers them.
    """
    deadline = time.perf_counter() + limit
    while time.perf_counter() < deadline:
        cpu, wall = time.process_time(), time.perf_counter()
        time.sleep(LOOK)
        is_quiet = time.process_time() - cpu < 0.2 * (time.perf_counter() - wall)
        if (is_quiet or own) and not others_run(own):
            return


def others_run(own=()):
    """Whether another thread of this process runs; False where the system does not show it.

    A thread's time is counted when it stops, or every few milliseconds: its state is known at once.
    """
    with suppress(OSError):
        others = set(os.listdir(TASKS)) - {str(threading.get_native_id()), *own}
        return any(is_running(thread) for thread in others)
    return False


def is_running(thread):
    """Whether a thread runs, or waits for a core."""
    with suppress(OSError):
        return (TASKS / thread / "stat").read_text().rpartition(")")[2].split()[0] == "R"
    return False  # it has ended meanwhile
