"""OpenMP's threads wait some tens of microseconds for what comes next, then they sleep.

GNU OpenMP lets them spin for milliseconds, which it takes to be theirs. But a core may be wanted meanwhile: by BLAS's
threads, which spin for a tenth of a second after a product, or by another program. Then a kernel's own thread spins
where the one that it waits for could run, until the system takes the core from it: a step of 0.1 ms took 4. A thread
that sleeps gives the core away at once. (`benchmarks/goals/neighbours.py` measures both.)
"""

import os
from contextlib import suppress

# Turns of a loop with a `pause` in it, 15 to 50 µs: GNU OpenMP's own choice where there are more threads than cores.
SPIN_COUNT = "1000"
VARIABLE = "GOMP_SPINCOUNT"
USERS = (VARIABLE, "OMP_WAIT_POLICY")  # what the user says counts


def install():
    """Load Numba's OpenMP layer, if there is one, with that setting: the library reads it when it is loaded."""
    if any(name in os.environ for name in USERS):
        return
    os.environ[VARIABLE] = SPIN_COUNT
    try:
        with suppress(ImportError):
            from numba.np.ufunc import omppool  # noqa: F401
    finally:
        del os.environ[VARIABLE]
