"""A kernel and all that it calls become machine code together, once, and other people's kernels as ever."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import pytest
from numba import prange
from numba.core.codegen import JITCodeLibrary

from loopwise.jit.decorators import kernel, njit
from loopwise.jit.one_library import Finished, Lowered

pytestmark = pytest.mark.compilation


@njit
def root(x):
    if x < 0.0:
        raise ValueError("x is negative", x)
    return np.sqrt(x)


@njit
def roots(X):
    Y = np.empty_like(X)
    for i in range(len(X)):
        Y[i] = root(X[i])
    return Y


@njit(parallel=True)
def shared_roots(X):
    Y = np.empty_like(X)
    for i in prange(len(X)):
        Y[i] = root(X[i])
    return Y


def libraries(dispatcher):
    return [compiled.library for compiled in dispatcher.overloads.values()]


@pytest.fixture
def finished(monkeypatch):
    """The names of the libraries that become machine code."""
    names = []

    def finalize(library):
        names.append(library.name.split(".")[-1])
        JITCodeLibrary.finalize(library)

    monkeypatch.setattr(Finished, "finalize", finalize, raising=False)
    return names


@pytest.mark.parametrize("parallel", [False, True])
def test_a_kernel_and_what_it_calls_are_one_library(finished, parallel):
    @njit
    def twice(x):
        return 2.0 * x

    @njit
    def of_twice(x):
        return twice(x) + 1.0

    @njit(parallel=parallel)
    def of_all(X):
        Y = np.zeros(len(X))
        for i in prange(len(X)):
            Y[i] = of_twice(X[i])
        return Y

    assert of_all(np.array([1.0, 3.0])).tolist() == [3.0, 7.0]
    assert finished == ["of_all"]
    assert {type(library) for kernel in (twice, of_twice) for library in libraries(kernel.copied)} == {Lowered}
    assert not twice.signatures


def test_a_kernel_is_machine_code_for_python_and_copied_for_kernels():
    assert roots(np.array([4.0])).tolist() == [2.0]
    assert root(9.0) == 3.0
    assert {type(library) for library in libraries(root)} <= {Finished, JITCodeLibrary}  # compiled, or from the cache
    assert roots(np.array([16.0])).tolist() == [4.0]


RAISING = """
import sys

import numpy as np

from test_one_library import roots, shared_roots

for kernel in (roots, shared_roots):
    assert kernel(np.array([4.0, 9.0])).tolist() == [2.0, 3.0]
try:
    roots(np.array([-1.0]))
except ValueError as error:
    print(error.args)
print(sum(map(len, (roots.stats.cache_misses, shared_roots.stats.cache_misses))))
"""


def test_what_a_called_kernel_raises_arrives_compiled_and_from_the_cache(tmp_path):
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": os.path.dirname(__file__)}
    for misses in "20":
        command = [sys.executable, "-c", RAISING]
        process = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert process.stdout.split("\n")[:-1] == ["('x is negative', -1.0)", misses], process.stderr


def test_other_peoples_functions_call_ours():
    @numba.njit
    def theirs(X):
        return roots(X).sum()

    assert theirs(np.array([1.0, 4.0])) == 3.0
    with pytest.raises(ValueError, match="negative"):
        theirs(np.array([-1.0]))
    assert {type(library) for library in libraries(theirs)} == {JITCodeLibrary}


def test_a_function_that_cannot_be_compiled_leaves_the_compiler_as_it_was():
    @njit
    def wrong(x):
        return x.no_such_attribute

    @njit
    def calls_wrong(x):
        return wrong(x)

    for called in (wrong, calls_wrong):
        with pytest.raises(numba.TypingError, match="no_such_attribute"):
            called(1.0)
    assert numba.njit(lambda x: x + 1)(1) == 2
    assert njit(lambda x: x + 1)(1) == 2
    assert type(numba.core.registry.cpu_target.target_context.codegen().create_library("any")) is JITCodeLibrary


def test_two_threads_compile_at_once():
    def plus(n):
        return njit(lambda X: (X + n).sum()), numba.njit(lambda X: (X - n).sum())

    pairs = [plus(n) for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        sums = list(pool.map(lambda pair: [kernel(np.ones(2)) for kernel in pair], pairs))
    assert sums == [[2.0 + 2 * n, 2.0 - 2 * n] for n in range(4)]


STARTED = """
import sys

from loopwise import get_implementation, workloads

workloads.drawn("network", 20, 3, [2, 1]).bind(get_implementation(sys.argv[1]))()
print("numba.np.linalg" in sys.modules)  # which Numba imports, with SciPy, before it compiles
"""


@pytest.mark.parametrize("name", ["numba_loops", "numba_parallel", "numba_tuned"])
def test_code_from_the_cache_starts_without_the_compiler(tmp_path, name):
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    for compiling in ("True", "False"):
        command = [sys.executable, "-c", STARTED, name]
        process = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert process.stdout.split() == [compiling], process.stderr


@njit
def fills(X, Y):
    for i in range(len(X)):
        Y[i] = 2.0 * X[i]


@njit
def adds_up(X):
    total = 0.0
    for i in range(len(X)):
        total += X[i]
    return total


@kernel
def fills_without_counting(X, Y):
    for i in range(len(X)):
        Y[i] = 2.0 * X[i]


@njit
def calls_all(X, Y):
    fills(X, Y)
    fills_without_counting(X, Y)
    return adds_up(Y)


def test_a_loop_that_fills_arrays_stands_alone_in_its_callers_code():
    X = np.ones(3)
    assert calls_all(X, np.empty(3)) == 6.0
    for called, arrays, alone in ((fills, 2, True), (adds_up, 1, False), (fills_without_counting, 2, False)):
        called.get_call_template([numba.typeof(X)] * arrays, {})  # compiled now where `calls_all` came from the cache
        (library,) = libraries(called.copied)
        assert ("noinline" in str(library._final_module)) == alone
