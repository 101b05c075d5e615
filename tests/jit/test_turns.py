"""Threads: several Python threads at once, on every threading layer, get the right bits and never abort."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.compilation

STORM = """
import threading
import numpy as np
from loopwise import get_implementation, implementation_names, workloads
from loopwise.datasets import load
from loopwise.contract.agreement import agreement, bounds
import numba

data = load("breast_cancer")
works = [workloads.logistic(data.X, data.Y), workloads.network(data.X, data.Y, [8, 1], "tanh")]
numba.set_num_threads(2)
impls = [get_implementation(name) for name in implementation_names() if name != "python_loops"]
expected = {(impl.name, work.name): work.outputs(impl) for impl in impls for work in works}
balls = {work.name: bounds(work) for work in works}
wrong, go = [], threading.Barrier(6)

def storm(seed):
    rng = np.random.default_rng(seed)
    numba.set_num_threads(int(rng.integers(1, 4)))
    go.wait()
    for _ in range(30):
        impl, work = impls[rng.integers(len(impls))], works[rng.integers(2)]
        outputs = work.outputs(impl)
        found = agreement(outputs, expected[impl.name, work.name], impl.contract, balls[work.name])
        if not found.passed:
            wrong.append((impl.name, work.name, found.worst))

threads = [threading.Thread(target=storm, args=(seed,)) for seed in range(6)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(numba.threading_layer(), "wrong:", wrong)
"""


def installed_layers():
    """The threading layers that Numba can load here."""
    layers = ["workqueue"]
    layers += [layer for layer in ("omp", "tbb") if importlib.util.find_spec(f"numba.np.ufunc.{layer}pool")]
    return layers


def with_tbb_library():
    """The environment in which the library that `pip install tbb` brings can be found."""
    environment = dict(os.environ)
    folder = Path(sys.prefix) / "lib"
    environment["LD_LIBRARY_PATH"] = os.pathsep.join([str(folder), environment.get("LD_LIBRARY_PATH", "")])
    return environment


def loads(layer):
    code = "import numba; numba.set_num_threads(1)"
    environment = with_tbb_library() | {"NUMBA_THREADING_LAYER": layer}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True).returncode == 0


@pytest.mark.parametrize("layer", installed_layers())
def test_several_python_threads_at_once(layer):
    if not loads(layer):
        pytest.skip(f"{layer} is not installed")
    environment = with_tbb_library() | {"NUMBA_THREADING_LAYER": layer, "NUMBA_NUM_THREADS": "4"}
    finished = subprocess.run(
        [sys.executable, "-c", STORM], env=environment, capture_output=True, text=True, timeout=300
    )
    assert finished.returncode == 0, finished.stderr[-2000:]
    assert finished.stdout.split() == [layer, "wrong:", "[]"]
