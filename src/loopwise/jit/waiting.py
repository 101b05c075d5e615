"""GNU OpenMP's threads wait some tens of microseconds for what comes next, then they sleep.

The library lets them spin for milliseconds, which it takes to be theirs. But a core may be wanted meanwhile: by BLAS's
threads, which spin for a tenth of a second after a product, or by another program. Then a kernel's own thread spins
where the one that it waits for could run, until the system takes the core from it: a step of 0.1 ms took 4. A thread
that sleeps gives the core away at once. (`benchmarks/goals/neighbours.py` measures both.)

The library reads this once, when it is loaded: whoever else uses it in this process waits as long, and where it is
there already nothing changes. PyTorch brings a copy of its own, which waits as PyTorch has it, if it is loaded first,
as peers are; loaded later, it shares ours.
"""

import functools
import os

from numba.np.ufunc import parallel

# Turns of a loop with a `pause` in it, 15 to 50 µs. With a tenth of them, as the library itself takes where there are
# more threads than cores, threads sleep before Python has made the next call: a step of 26 µs took 100.
SPIN_COUNT = "1000"
VARIABLE = "GOMP_SPINCOUNT"
USERS = (VARIABLE, "OMP_WAIT_POLICY")  # what the user says counts


def install():
    """Let Numba start its threads, ours or not, with that setting; once is enough."""
    if not hasattr(parallel._launch_threads, "__wrapped__"):
        parallel._launch_threads = sleeping_soon(parallel._launch_threads)


def sleeping_soon(launch):
    """`launch`, which loads the library, if it is the first time."""

    @functools.wraps(launch)
    def launched():
        if parallel._is_initialized or any(name in os.environ for name in USERS):
            return launch()
        os.environ[VARIABLE] = SPIN_COUNT
        try:
            return launch()
        finally:
            os.environ.pop(VARIABLE, None)

    return launched
