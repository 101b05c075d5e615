"""How many threads share a loop, as a kernel sees it."""

import subprocess
import sys

import numba
import numpy as np
import pytest

from loopwise.jit.decorators import njit
from loopwise.jit.threads import thread_count

# A kernel whose machine code is read from the cache, in a process that has started no threads yet.
FROM_CACHE = """
import numpy as np
from loopwise.implementations.numba_parallel.activations import activate
activate(np.ones((3, 300)), 1)
print(sum(activate.stats.cache_misses.values()), sum(activate.stats.cache_hits.values()))
"""


@njit(parallel=True)
def counted(numbers):
    """The threads that there are, and a loop that they share."""
    threads = thread_count()
    for i in numba.prange(len(numbers)):
        numbers[i] = threads
    return threads


@pytest.mark.parametrize("count", sorted({1, numba.config.NUMBA_NUM_THREADS}))
def test_a_kernel_sees_as_many_threads_as_it_may_use(count):
    numba.set_num_threads(count)
    numbers = np.zeros(5)
    assert counted(numbers) == thread_count() == count
    assert numbers.tolist() == [count] * 5


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_what_asks_for_it_is_kept_as_machine_code():
    told = [
        subprocess.run([sys.executable, "-c", FROM_CACHE], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(2)
    ]
    assert told[1] == ["0", "1"]
