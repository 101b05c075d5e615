"""How long OpenMP's threads wait before they sleep: the library itself is asked."""

import os
import subprocess
import sys

import pytest

from loopwise.jit.waiting import SPIN_COUNT, USERS

PROGRAM = """
import os
import sys
try:
    from ctypes import CDLL
    CDLL("libgomp.so.1") if "loaded before" in sys.argv else None
except OSError:
    pass
before = dict(os.environ)
import loopwise
import numba
loopwise.get_implementation("numba_parallel")
numba.get_num_threads()
assert dict(os.environ) == before
print(numba.threading_layer())
"""


def told(*arguments, **variables):
    """What the OpenMP library says of itself when it is loaded."""
    environment = {name: value for name, value in os.environ.items() if name not in USERS}
    environment |= {"OMP_DISPLAY_ENV": "verbose", **variables}
    command = [sys.executable, "-c", PROGRAM, *arguments]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    if finished.stdout.strip() != "omp" or "GOMP_SPINCOUNT" not in finished.stderr:
        pytest.skip("Numba's threads are not GNU OpenMP's here")
    return finished.stderr


def test_threads_sleep_soon():
    assert f"GOMP_SPINCOUNT = '{SPIN_COUNT}'" in told()


@pytest.mark.parametrize("variables", [{"GOMP_SPINCOUNT": "77"}, {"GOMP_SPINCOUNT": "77", "OMP_WAIT_POLICY": "active"}])
def test_what_the_user_says_counts(variables):
    assert "GOMP_SPINCOUNT = '77'" in told(**variables)


def test_a_library_that_was_loaded_before_keeps_its_setting():
    assert f"GOMP_SPINCOUNT = '{SPIN_COUNT}'" not in told("loaded before")
