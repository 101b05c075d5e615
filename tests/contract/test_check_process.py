"""The process of a check: loops and crashes are verdicts."""

from helpers.checked_files import verdicts


def test_loops_and_crashes_are_verdicts_and_the_others_are_tried(write):
    path = write("""
        import ctypes, os

        def dot(w, x):
            while True:
                pass

        def matvec(A, v):
            ctypes.string_at(0)

        def matmul(A, B):
            os._exit(0)

        def descend(theta, gradient, alpha):
            return theta - alpha * gradient
    """)
    found = verdicts(path, timeout=2.0)
    assert found["dot"] == ("timeout", "took more than 2 s — an endless loop?")
    assert found["matvec"] == ("crashed", "the process was ended by SIGSEGV (segmentation fault)")
    assert found["matmul"] == ("crashed", "the process ended itself with exit code 0")
    assert found["descend"][0] == "passed"


def test_a_process_that_dies_after_a_verdict_costs_only_the_next_one(write):
    path = write("""
        import os

        def dot(w, x):
            return w @ x

        def matvec(A, v):
            os._exit(7)

        def matmul(A, B):
            return A @ B
    """)
    found = verdicts(path)
    assert [found[name][0] for name in ("dot", "matvec", "matmul")] == ["passed", "crashed", "passed"]
