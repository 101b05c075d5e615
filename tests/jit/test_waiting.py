"""How long OpenMP's threads wait before they sleep: the library itself is asked."""

import os
import subprocess
import sys

import pytest

from loopwise.jit.waiting import SPIN_COUNT, USERS

PROGRAM = """
import os
before = dict(os.environ)
import loopwise
loopwise.get_implementation("numba_parallel")
assert dict(os.environ) == before
from numba.np.ufunc import omppool
print(omppool.openmp_vendor)
"""


def told(**variables):
    """What the OpenMP library says of itself when it is loaded."""
    environment = {name: value for name, value in os.environ.items() if name not in USERS}
    environment |= {"OMP_DISPLAY_ENV": "verbose", **variables}
    finished = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    if "omppool" in finished.stderr or finished.stdout.strip() != "GNU":
        pytest.skip("Numba has no layer of GNU OpenMP here")
    assert finished.returncode == 0, finished.stderr
    return finished.stderr


def test_threads_sleep_soon():
    assert f"GOMP_SPINCOUNT = '{SPIN_COUNT}'" in told()


@pytest.mark.parametrize("variables", [{"GOMP_SPINCOUNT": "77"}, {"GOMP_SPINCOUNT": "77", "OMP_WAIT_POLICY": "active"}])
def test_what_the_user_says_counts(variables):
    assert "GOMP_SPINCOUNT = '77'" in told(**variables)
