"""Every intrinsic for vectors: what it does, compiled and in NumPy, and that it touches no other element."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.simd_programs import (
    CANARY,
    canaries,
    compiled,
    each_type,
    each_version,
    in_numpy,
    keep,
    move,
    move_first,
    numbers,
    sizes,
    spread,
    transpose,
)

from loopwise.jit.simd.host import LEVELS, VECTOR_BYTES, vector_bytes
from loopwise.jit.simd.numpy_vectors import lanes as lanes_of

# === memory ===========================================================================================


@each_type
def test_a_vector_fills_a_register(dtype):
    n, (rows, columns) = compiled(sizes)(np.zeros(1, dtype))
    assert (n, (rows, columns)) == in_numpy(sizes)(np.zeros(1, dtype))
    assert n * np.dtype(dtype).itemsize in (16, 32, 64)
    assert columns % n == 0


def test_the_width_of_registers():
    assert [vector_bytes(LEVELS[level]) for level in ("x86-64-v3", "x86-64-v4")] == [32, 64]
    assert vector_bytes(LEVELS["x86-64-v4"] - {"avx512dq"}) == 32  # AVX-512, but not all that is needed of it
    assert vector_bytes(set()) == vector_bytes({"neon"}) == 16


@each_type
@each_version
def test_load_and_store_at_any_offset_touch_nothing_else(version, dtype):
    n, program = lanes_of(np.zeros(0, dtype)), version(move)
    X = numbers(3 * n, dtype)
    for x in range(2 * n + 1):
        A, expected = canaries(3 * n, dtype), canaries(3 * n, dtype)
        program(X, x, A, 2 * n - x)
        expected[2 * n - x : 3 * n - x] = X[x : x + n]
        np.testing.assert_array_equal(A, expected)


@each_type
@each_version
def test_an_offset_counts_elements_in_the_order_of_memory(version, dtype):
    n = lanes_of(np.zeros(0, dtype))
    X, A, program = numbers(6 * n, dtype).reshape(3, 2 * n), canaries(n, dtype), version(move)
    program(X, 1 * X.shape[1] + 3, A, 0)
    np.testing.assert_array_equal(A, X.ravel()[2 * n + 3 : 3 * n + 3])
    program(X.T, 1 * X.shape[1] + 3, A, 0)
    np.testing.assert_array_equal(A, X.ravel()[2 * n + 3 : 3 * n + 3])
    program(X[1:], 3, A, 0)
    np.testing.assert_array_equal(A, X.ravel()[2 * n + 3 : 3 * n + 3])


@each_type
@each_version
def test_the_first_lanes_only(version, dtype):
    n, program, keeping = lanes_of(np.zeros(0, dtype)), version(move_first), version(keep)
    X = numbers(2 * n, dtype)
    for count in range(-1, n + 2):
        m = min(max(count, 0), n)
        A, whole, kept = canaries(2 * n, dtype), canaries(n, dtype), canaries(n, dtype)
        program(X, 1, A, 1, whole, count)
        np.testing.assert_array_equal(whole, np.concatenate([X[1 : 1 + m], np.zeros(n - m)]))
        np.testing.assert_array_equal(A, np.concatenate([A[:1], X[1 : 1 + m], canaries(2 * n - 1 - m, dtype)]))
        assert A[0] == CANARY
        keeping(X, kept, count)
        np.testing.assert_array_equal(kept, np.concatenate([X[:m], np.zeros(n - m)]))


# The page behind the array's end cannot be read or written: touching it ends the process.
AT_THE_END = """
import ctypes, mmap, sys
import numba, numpy as np
from loopwise.jit.simd.vectors import load_first, store_first, lanes

@numba.njit
def last(X, A, start, count):
    store_first(A, start, load_first(X, start, count), count)

page = mmap.PAGESIZE
memory = mmap.mmap(-1, 2 * page)
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
X = np.frombuffer(memory, sys.argv[1], count=page // int(sys.argv[2]))
X[:] = 1
lanes_of_X = numba.njit(lambda X: lanes(X))(X)
forbid = ctypes.CDLL(None).mprotect(ctypes.c_void_p(address + page), page, 0)
assert forbid == 0
for count in range(lanes_of_X + 1):
    last(X, X, X.size - count, count)
print("inside")
sys.stdout.flush()
if len(sys.argv) > 3:
    last(X, X, X.size - 1, 2)
"""


@pytest.mark.compilation
@pytest.mark.skipif(sys.platform == "win32", reason="no mprotect")
@each_type
def test_the_end_of_a_row_may_be_the_end_of_memory(dtype):
    command = [sys.executable, "-c", AT_THE_END, np.dtype(dtype).name, str(np.dtype(dtype).itemsize)]
    finished = subprocess.run(command, capture_output=True, text=True)
    assert (finished.returncode, finished.stdout) == (0, "inside\n"), finished.stderr
    # One element too many is noticed: the page is guarded indeed.
    beyond = subprocess.run([*command, "beyond"], capture_output=True, text=True)
    assert beyond.stdout == "inside\n"
    assert beyond.returncode < 0


@each_type
@each_version
def test_broadcast(version, dtype):
    n = lanes_of(np.zeros(0, dtype))
    A = canaries(3 * n, dtype)
    version(spread)(np.zeros(n, dtype), A, 0.1)
    np.testing.assert_array_equal(A, np.concatenate([np.full(2 * n, dtype(0.1)), canaries(n, dtype)]))


# === squares and tiles ================================================================================


@each_type
@each_version
def test_a_square_is_transposed(version, dtype):
    n = lanes_of(np.zeros(0, dtype))
    X, A = numbers(n * (n + 3) + 1, dtype), canaries(n * (n + 2) + 2, dtype)
    expected = A.copy()
    for row in range(n):
        for column in range(n):
            expected[2 + column * (n + 2) + row] = X[1 + row * (n + 3) + column]
    version(transpose)(X, 1, n + 3, A, 2, n + 2)
    np.testing.assert_array_equal(A, expected)


# === other hosts ======================================================================================

OTHERS = {"no compilation": {"NUMBA_DISABLE_JIT": "1"}, "generic": {"NUMBA_CPU_NAME": "generic"}}
OTHERS |= {"AVX2": {"NUMBA_CPU_NAME": "x86-64-v3"}} if platform.machine() in ("x86_64", "AMD64") else {}


@pytest.mark.compilation
@pytest.mark.parametrize("other", OTHERS)
def test_on_other_hosts(other):
    """The same tests, of intrinsics and of functions, with other registers, without fused multiply-adds, in NumPy."""
    here = Path(__file__)
    files = [here, *(here.with_name(f"test_{name}.py") for name in ("tiles", "vector_arithmetic", "functions"))]
    selected = "not other_hosts and not in_numpy and not numpy_version and not polynomials and not 13th"
    if other == "AVX2" and VECTOR_BYTES == 32:  # this host: only that its name is understood
        selected += " and (any_offset or add_rounds or exp)"
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", selected, *files]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_CPU", "PYTEST"))}
    finished = subprocess.run(command, env=kept | OTHERS[other], capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout[-3000:]
