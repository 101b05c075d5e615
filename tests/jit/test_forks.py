"""Forked processes: a child computes the same bits, or says what to use; none waits for ever."""

import os
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.compilation,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks on this system"),
]
SECONDS = 120  # that a program may take: one that waits for a lock which no thread has waits for ever

POOL = """
import multiprocessing, sys
import numpy as np
from loopwise import NetworkClassifier

rng = np.random.default_rng(0)
X, y = rng.standard_normal((60, 3)), rng.integers(2, size=60)

def fit(name):
    return NetworkClassifier(layers=(8,), epochs=2, batch_size=None, implementation=name).fit(X, y).theta_.tobytes()

if __name__ == "__main__":
    expected = fit(sys.argv[1])
    with multiprocessing.get_context(sys.argv[2]).Pool(2) as pool:
        try:
            print("same" if pool.map(fit, [sys.argv[1]] * 2) == [expected] * 2 else "other bits")
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
"""


def run(program, *arguments, **environment):
    """What a program prints; it must end."""
    command = [sys.executable, "-c", program, *arguments]
    finished = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=SECONDS)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


@pytest.mark.parametrize("name", ["numba_parallel", "numba_tuned"])
def test_a_pool_forked_after_openmp_has_started_is_told_what_to_use(name):
    if run("import numba; numba.set_num_threads(1); print(numba.threading_layer())") != "omp":
        pytest.skip("Numba has no OpenMP layer here")
    said = run(POOL, name, "fork")
    assert said == "same" or (said.startswith("ForkError: ") and "spawn" in said and "\n" not in said)


@pytest.mark.parametrize("name", ["numpy_vectorized", "numba_loops"])
def test_a_forked_pool_computes_the_same_bits(name):
    assert run(POOL, name, "fork") == "same"


@pytest.mark.parametrize("name", ["numba_parallel", "numba_tuned"])
def test_a_layer_that_survives_a_fork_computes_the_same_bits(name):
    assert run(POOL, name, "fork", NUMBA_THREADING_LAYER="workqueue") == "same"


LOCKS = """
import os, sys, threading
import numpy as np
from numba.core.compiler_lock import global_compiler_lock
from loopwise import get_implementation
from loopwise.jit.turns import ONE_AT_A_TIME

lock = {"kernels": ONE_AT_A_TIME, "compiler": global_compiler_lock}[sys.argv[1]]
held, forked = threading.Event(), threading.Event()

def hold():
    with lock:
        held.set()
        forked.wait(1.0)  # the parent may wait for the lock

thread = threading.Thread(target=hold)
thread.start()
held.wait()
child = os.fork()
if child == 0:
    X = np.ones((3, 4))
    J, dw, db = get_implementation("numba_parallel").logistic_step(np.zeros((3, 1)), 0.0, X, np.ones((1, 4)))
    os._exit(0 if J > 0 else 1)
forked.set()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
thread.join()
with lock:
    pass
"""


@pytest.mark.parametrize("lock", ["kernels", "compiler"])
def test_a_lock_held_at_the_fork_does_no_harm(lock, tmp_path):
    # An empty cache: the child compiles, so it takes both locks.
    assert run(LOCKS, lock, NUMBA_CACHE_DIR=str(tmp_path)) == "0"
