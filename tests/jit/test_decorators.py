"""Compiled code: cached between processes, never stale, never compiled while timing, and nothing at `--help`."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import pytest

import loopwise
from loopwise.jit import decorators

pytestmark = pytest.mark.compilation
SOURCE = Path(loopwise.__file__).parent

PROBE = """
import json, numpy as np
from loopwise import get_implementation
from loopwise.measure.compilations import compilations
impl = get_implementation({name!r})
with compilations() as compiled:
    A = impl.activate(np.array([[-3.0, 2.0]]), "leaky_relu")
print(json.dumps([compiled.count, impl.asnumpy(A).tolist()]))
"""


def copy_package(folder):
    """The package in a folder of its own, with nothing compiled."""
    shutil.copytree(SOURCE, folder / "loopwise", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run_probe(folder, name, **environment):
    """Run the probe in a fresh process; return how often it compiled, and its result."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "NUMBA_CACHE_DIR": str(folder / "cache"), **environment}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1"}  # Python itself does not notice such an edit
    command = [sys.executable, "-c", PROBE.format(name=name)]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=folder)
    return json.loads(finished.stdout)


def edit(path, found, changed):
    """Change a file without a trace in its size or its dates: what Numba alone would not notice."""
    before = path.stat()
    text = path.read_text()
    assert found in text
    assert len(found) == len(changed)
    path.write_text(text.replace(found, changed))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("name", ["numba_loops", "numba_parallel"])
def test_an_edit_in_any_kernel_file_is_never_answered_with_stale_code(tmp_path, name):
    folder = copy_package(tmp_path)
    count, result = run_probe(folder, name)
    assert count > 0
    assert result == [[-0.03, 2.0]]
    assert run_probe(folder, name) == [0, [[-0.03, 2.0]]]  # cached
    # numba_parallel imports this file: its own has not changed at all.
    edit(folder / "loopwise/implementations/numba_loops/activations.py", "0.01 * z", "0.05 * z")
    count, result = run_probe(folder, name)
    assert count > 0
    assert result == [[-0.15000000000000002, 2.0]]
    # A constant of the interface is frozen into machine code as well.
    edit(folder / "loopwise/interface.py", "RELU, LEAKY_RELU, SOFTMAX", "LEAKY_RELU, RELU, SOFTMAX")
    assert run_probe(folder, name)[0] > 0


def test_checked_and_unchecked_code_are_not_confused(tmp_path):
    folder = copy_package(tmp_path)
    assert run_probe(folder, "numba_loops")[0] > 0
    assert run_probe(folder, "numba_loops", NUMBA_BOUNDSCHECK="1")[0] > 0


def test_a_second_compare_compiles_nothing(tmp_path):
    folder = copy_package(tmp_path)
    command = [sys.executable, "-m", "loopwise", "compare", "logistic", "--budget", "0.3", "--json", "-"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "NUMBA_CACHE_DIR": str(folder / "cache")}
    compiled = []
    for _ in range(2):
        finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=folder)
        (comparison,) = json.loads(finished.stdout)["comparisons"]
        assert comparison["compiled_while_timing"] == 0
        compiled.append({row["implementation"]: row["compile_seconds"] for row in comparison["rows"]})
    assert compiled[0]["numba_loops"] > 0
    assert compiled[0]["numba_parallel"] > 0
    assert set(compiled[1].values()) == {0.0}


CALL = """
import sys, numpy as np, loopwise
impl = loopwise.get_implementation("numba_parallel")
one = np.ones((1, 1))
Z = np.arange(12.0).reshape(3, 4)
if sys.argv[1] == "matvec":
    print(impl.matvec(Z, np.ones((4, 1)))[2, 0])
elif sys.argv[1] == "batch_norm_forward":
    print(impl.batch_norm_forward(Z, np.ones((3, 1)), np.ones((3, 1)), 0.1)[2][2, 0])
else:
    print(impl.batch_norm_backward(Z, Z, np.ones((3, 1)), np.ones((3, 1)), 0.1)[1][2, 0])
"""


def test_a_kernel_that_calls_parallel_ones_is_loaded_where_nothing_parallel_was(tmp_path):
    # Each process finds more in the cache; what the last one loads first is a serial kernel that calls a parallel one.
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    for called, first_number in [("matvec", "38.0"), ("batch_norm_forward", "9.5"), ("batch_norm_backward", "91.5")]:
        command = [sys.executable, "-c", CALL, called]
        finished = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert (finished.returncode, finished.stdout.strip()) == (0, first_number), finished.stderr


def test_every_kernel_file_is_watched():
    watched = {path.relative_to(SOURCE).as_posix() for path in decorators.kernel_sources()}
    for name in (
        "implementations/numba_loops/sums",
        "implementations/numba_parallel/products",
        "implementations/numba_tuned/network/wide",
        "jit/simd/vectors",
        "jit/simd/tiles",
        "jit/decorators",
        "machine/limit_kernels",
        "interface",
    ):
        assert f"{name}.py" in watched


def test_a_constant_argument_is_no_reason_to_compile_once_more():
    @decorators.njit
    def times(a, n):
        return a[0] * n

    @decorators.njit
    def two_and_three_times(a):
        return times(a, 2) + times(a, 3)

    assert two_and_three_times(np.array([7.0])) == 35
    assert len(times.copied.signatures) == 1


class Pair(NamedTuple):
    a: np.ndarray
    b: np.ndarray


@pytest.mark.parametrize("compiler", ["njit", "kernel"])
def test_in_a_kernel_no_references_are_counted(compiler):
    def first(a, b):
        pair = Pair(a, b)
        for _ in range(len(a)):  # in a loop, counts up and down do not cancel before the code is made
            pair = Pair(pair.b, pair.a)
        return pair.a[0] + pair.b[0]

    chosen = getattr(decorators, compiler)(first)
    compiled = numba.jit(**chosen.targetoptions)(first)  # code from the cache cannot be read
    assert compiled(np.array([1.0, 2.0]), np.array([10.0])) == 11
    (code,) = compiled.inspect_llvm().values()
    (body,) = re.findall(r"^define [a-z ]*i32 @_Z.*?^}", code, re.MULTILINE | re.DOTALL)
    assert ("call void @NRT_" in body) == (compiler == "njit")
