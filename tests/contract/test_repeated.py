"""`check` calls a function more than once: is it the same again, whatever came between, and with any threads?"""

import inspect
import textwrap
import time
from types import SimpleNamespace

import numba
import numpy as np
import pytest
from helpers.own_files import write

from loopwise.contract import check, repeated
from loopwise.contract.check import check_file
from loopwise.contract.trial import try_operation
from loopwise.demos import verdict
from loopwise.implementations import numpy_vectorized
from loopwise.interface import OPERATIONS
from loopwise.process.environment import cores

# Both threads keep the sum in a register and write it at their end: the last one's stands.
RACE = """
    import numpy as np
    from numba import njit, prange

    @njit(parallel=True)
    def dot(w, x):
        z = np.zeros((1, 1))
        for j in prange(len(w)):
            z[0, 0] = z[0, 0] + w[j] * x[j]
        return z[0, 0]

    @njit(parallel=True)
    def matvec(A, v):
        u = np.zeros(len(A))
        for i in prange(len(A)):
            for j in range(len(v)):
                u[i] += A[i, j] * v[j]
        return u
"""
REDUCTION = """
    from numba import njit, prange

    @njit(parallel=True)
    def dot(w, x):
        z = 0.0
        for j in prange(len(w)):
            z += w[j] * x[j]
        return z
"""
needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="NUMBA_DISABLE_JIT=1: prange is range")


def said(folder, text, **options):
    """What `check` says of each operation that is there."""
    path = write(folder, mine=text) / "mine.py"
    return {v.operation: (v.verdict, v.message) for v in check_file(path, **options) if v.verdict != "missing"}


@needs_compiler
def test_threads_that_write_to_the_same_numbers_are_found(tmp_path):
    for _ in range(1 if cores() > 1 else 5):  # threads that take turns on one core meet by chance
        found = said(tmp_path, RACE)
        if found["dot"][0] == "failed":
            break
    assert found["dot"][0] == "failed"
    assert found["dot"][1].startswith("not the same twice: z is ")
    assert "do threads write to the same numbers" in found["dot"][1]
    assert found["matvec"][0] == "passed"
    assert "not the same" not in found["matvec"][1]


@needs_compiler
def test_a_sum_in_another_order_is_no_fault_but_for_a_file_that_promises_exact_results(tmp_path):
    verdict, message = said(tmp_path, REDUCTION)["dot"]
    assert verdict == "passed"
    assert "not the same bits" in message
    assert "but within rounding" in message
    verdict, message = said(tmp_path, "    CONTRACT = 'exact'\n" + REDUCTION)["dot"]
    assert (verdict, message[:18]) == ("failed", "not the same twice")


def test_the_check_itself_starts_no_threads(tmp_path):
    text = """
        def dot(w, x):
            return w @ x

        CALLS = []

        def matvec(A, v):
            CALLS.append(1)
            return A @ v * (1 if len(CALLS) < 12 else 2)
    """
    found = said(tmp_path, text)  # `dot` is called again and again, then `matvec`
    assert found["dot"] == ("passed", "8 cases")
    assert "thread" not in found["matvec"][1]
    assert found["matvec"][1].endswith("or read that was never written (np.empty)?")


def made(text):
    """The function `matmul` of a text."""
    names = {"np": np}
    exec(textwrap.dedent(text), names)
    return names["matmul"]


LEAKS = {
    "counter": """
        CALLS = [0]
        def matmul(A, B):
            CALLS[0] += 1
            return A @ B * (1 if CALLS[0] < 10 else 2)
    """,
    "grows": """
        SEEN = []
        def matmul(A, B):
            SEEN.append(1)
            return A @ B + 1e-3 * (len(SEEN) > 12)
    """,
    "never written": """
        def matmul(A, B):
            C = np.empty((len(A), B.shape[1]))
            C[:-1] = (A @ B)[:-1]
            C[-1, 1:] = (A @ B)[-1, 1:]
            return C
    """,
    "random": """
        RNG = np.random.default_rng(0)
        def matmul(A, B):
            return A @ B * (1 + 1e-6 * RNG.random())
    """,
}


@pytest.mark.parametrize("leak", LEAKS)
def test_what_changes_from_call_to_call_is_found(leak):
    verdict, message = try_operation("matmul", made(LEAKS[leak]), "")
    assert verdict == "failed"
    assert message.startswith(("not the same twice: C", "C is not finite", "C is twice too large")), message


def test_results_kept_under_too_short_a_key_are_found():
    function = made("""
        KEPT = {}
        def matmul(A, B):
            return KEPT.setdefault((A.shape, B.shape), A @ B)
    """)
    verdict, message = try_operation("matmul", function, "")
    assert verdict == "failed"
    assert message.endswith("— the results of an earlier call: is something kept between calls?")


def test_an_array_that_is_written_again_is_found():
    function = made("""
        KEPT = {}
        def matmul(A, B):
            C = KEPT.setdefault((A.shape, B.shape), np.zeros((len(A), B.shape[1])))
            C[...] = A @ B
            return C
    """)
    said = "a later call changes what an earlier one has returned — make a new array in every call"
    assert try_operation("matmul", function, "") == ("failed", said)


def test_a_wrong_result_that_is_the_same_every_time_has_its_own_words():
    _, message = try_operation("matmul", made("def matmul(A, B):\n    return -(A @ B)\n"), "")
    assert message == "C has the wrong sign at k = 7, n = 5, p = 33 — a minus too many, or one too few?"


def test_a_verdict_in_a_notebook_looks_twice():
    calls = []

    def matmul(A, B):
        calls.append(A.size)
        return A @ B if len(calls) % 11 else A @ B + 1

    assert verdict(matmul).message.startswith(("not the same twice: C", "C["))


@pytest.mark.parametrize("name", OPERATIONS)
def test_work_is_large_enough_for_threads_to_meet(name):
    *_, last = repeated.growing(name)
    assert repeated.LARGE_FLOPS <= last.flops <= 8 * repeated.LARGE_FLOPS


@pytest.mark.parametrize("name", ["dropout", "activate", "layer_backward", "adam"])
def test_what_is_right_is_called_more_than_once(name):
    calls = []

    def function(*arguments):
        calls.append(max(np.size(argument) for argument in arguments))
        return getattr(numpy_vectorized, name)(*arguments)

    function.__signature__ = inspect.signature(getattr(numpy_vectorized, name))
    assert try_operation(name, function, "")[0] == "passed"
    assert calls.count(max(calls)) > 2


def test_what_is_slow_is_given_nothing_large():
    calls = []

    def dot(w, x):
        calls.append(len(w))
        time.sleep(0.02 * (len(w) > 8) + 0.1 * (len(w) > 100))
        return float(w @ x)

    assert try_operation("dot", dot, "")[0] == "passed"
    assert max(calls) == 128


# === compiling is not running =========================================================================

# A function that Numba takes a while to compile.
SLOW_TO_COMPILE = """
    import time
    from numba import njit, types
    from numba.extending import overload

    def pause(x):
        pass

    @overload(pause)
    def slowly(x):
        time.sleep({seconds})
        return lambda x: x

    @njit
    def kernel(w, x):
        z = 0.0
        for j in range(len(w)):
            z += w[j] * x[j]
        return pause(z)

    def dot(w, x):
        return kernel(w, x)
"""


@needs_compiler
def test_compiling_does_not_count_as_running(tmp_path):
    assert said(tmp_path, SLOW_TO_COMPILE.format(seconds=3.0), timeout=2.0)["dot"][0] == "passed"


@needs_compiler
def test_compiling_has_a_limit_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(check, "COMPILE_SECONDS", 1.0)
    found = said(tmp_path, SLOW_TO_COMPILE.format(seconds=60), timeout=20.0)
    assert found["dot"] == ("timeout", "compiling it took more than 1 s")


def test_a_function_that_hangs_when_it_is_called_again_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(check, "REPEAT_SECONDS", 1.0)
    text = """
        import threading
        ONCE = threading.Semaphore(12)

        def dot(w, x):
            ONCE.acquire()
            return float(w @ x)
    """
    verdict, message = said(tmp_path, text, timeout=1.0)["dot"]
    assert verdict == "timeout"
    assert "called again" in message


@pytest.mark.parametrize(
    ("others", "calls"), [(0.0, repeated.CALLS), (0.009, repeated.CALLS), (0.011, 1000), (1.0, 1000)]
)
def test_where_no_other_thread_works_it_is_soon_enough(monkeypatch, others, calls):
    """On clocks of which one call takes a thousandth of what may be spent, and others work beside it, or do not."""
    made = []
    clocks = {
        "perf_counter": lambda: len(made) * repeated.SECONDS / 999,
        "thread_time": lambda: float(len(made)),
        "process_time": lambda: len(made) * (1 + others),
    }
    monkeypatch.setattr(repeated, "time", SimpleNamespace(**clocks))
    results = list(repeated.calls_of(lambda: made.append(1), lambda: False, alone=False))
    assert len(results) == calls
