"""`loopwise check FILE`: somebody's own operations, with a verdict on each that says what is wrong."""

import json
import textwrap

import pytest
from helpers.cli import in_process, run

from loopwise.contract.check import Verdict, check_file
from loopwise.implementations import get_implementation, register_file, unregister
from loopwise.interface import OPERATIONS
from loopwise.jit.turns import ONE_AT_A_TIME

RIGHT = """
    import numpy as np

    def dot(w, x):
        return sum(a * b for a, b in zip(w, x))

    def layer_gradient(dZ, A_prev):
        m = dZ.shape[1]
        return dZ @ A_prev.T / m, np.sum(dZ, axis=1, keepdims=True) / m
"""


@pytest.fixture
def write(tmp_path):
    """Write a student's file; returns its path."""

    def write(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text))
        return str(path)

    return write


def verdicts(path, **options):
    """What is said of each operation that is there."""
    return {v.operation: (v.verdict, v.message) for v in check_file(path, **options) if v.verdict != "missing"}


def test_what_is_right_passes_and_what_is_missing_is_skipped(write):
    found = list(check_file(write(RIGHT)))
    assert [verdict.operation for verdict in found] == list(OPERATIONS)
    assert {v.operation for v in found if v.verdict == "passed"} == {"dot", "layer_gradient"}
    assert {v.verdict for v in found} == {"passed", "missing"}


@pytest.mark.parametrize("name", ["numpy_vectorized", "numba_tuned"])
def test_every_operation_of_ours_passes(write, name, monkeypatch):
    monkeypatch.delenv("NUMBA_NUM_THREADS")  # as many threads as users have, not as the suite
    path = write(f"from loopwise.implementations.{name} import *")
    assert {verdict.verdict for verdict in check_file(path, timeout=120.0)} == {"passed"}


MISTAKES = {
    "1/m": (
        "return dZ @ A_prev.T, dZ.sum(axis=1, keepdims=True) / m",
        "dW is m times too large at m = 33 — is the 1/m",
    ),
    "1/m twice": ("return dZ @ A_prev.T / m / m, dZ.sum(axis=1, keepdims=True) / m", "divided by m twice"),
    "transposed": ("return A_prev @ dZ.T / m, dZ.sum(axis=1, keepdims=True) / m", "dW is (7, 5); expected (5, 7)"),
    "axis": ("return dZ @ A_prev.T / m, dZ.sum(axis=0, keepdims=True) / m", "is it summed along the wrong axis?"),
    "keepdims": ("return dZ @ A_prev.T / m, dZ.sum(axis=1) / m", "db is (5,); expected (5, 1) at m = 33 — a dimension"),
    "sign": ("return -dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m", "dW has the wrong sign"),
    "in place": ("dZ /= m; return dZ @ A_prev.T, dZ.sum(axis=1, keepdims=True)", "dZ is changed in place"),
    "no return": ("dZ @ A_prev.T / m", "returns nothing; expected dW, db — is the return missing?"),
    "one of two": ("return dZ @ A_prev.T / m", "returns 1 result; expected 2: dW, db"),
    "last example": ("return dZ[:, :-1] @ A_prev[:, :-1].T / m, dZ.sum(axis=1, keepdims=True) / m", "dW["),
    "exception": ("return dZ @ W", "line 4: NameError: name 'W' is not defined"),
    "text": ("return 'dW', 'db'", "dW is str; expected numbers"),
    "exit": ("raise SystemExit('enough')", "line 4: SystemExit: enough"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_common_mistake_is_named(write, mistake):
    body, said = MISTAKES[mistake]
    path = write(f"import numpy as np\ndef layer_gradient(dZ, A_prev):\n    m = dZ.shape[1]\n    {body}\n")
    ((verdict, message),) = verdicts(path).values()
    assert verdict == "failed"
    assert said in message


def test_an_unclipped_logarithm_is_named(write):
    path = write("""
        import numpy as np

        def logistic_step(w, b, X, Y):
            m = X.shape[1]
            A = 1 / (1 + np.exp(-(w.T @ X + b)))
            J = -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum() / m
            return J, X @ (A - Y).T / m, (A - Y).sum() / m
    """)
    assert verdicts(path)["logistic_step"] == (
        "failed",
        "J is not finite where |z| is large at m = 33 — log(0) or an overflowing exp: "
        "compute it from z, as the interface says",
    )


def test_a_square_matrix_transposed_is_named(write):
    path = write("def matmul(A, B):\n    C = A @ B\n    return C.T if A.shape == B.shape else C\n")
    assert verdicts(path)["matmul"] == (
        "failed",
        "C has its numbers elsewhere at k = 4, n = 4, p = 4 — is it transposed?",
    )


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


def test_what_is_no_function_or_has_other_parameters_fails(write):
    found = verdicts(write("dot = 3\ndef matvec(A):\n    return A\n"))
    assert found["dot"] == ("failed", "dot is int; expected a function")
    assert found["matvec"] == ("failed", "matvec(A); expected (A, v)")


# === the command ======================================================================================


@pytest.mark.parametrize("columns", [80, 160])
def test_the_table_and_the_json_say_the_same(write, tmp_path, columns):
    path, told = write(RIGHT + "\n    def matvec(A, v):\n        return -(A @ v)\n"), tmp_path / "verdicts.json"
    finished = run("check", path, "--json", str(told), columns=columns)
    assert finished.returncode == 1
    assert "u has the wrong sign" in finished.stdout
    assert "2 of 3 passed. Not there, and skipped: matmul" in finished.stdout
    assert max(map(len, finished.stdout.splitlines())) <= columns
    content = json.loads(told.read_text())["operations"]
    assert [one["operation"] for one in content] == list(OPERATIONS)
    assert [set(one) for one in content] == [{"operation", "verdict", "message"}] * len(OPERATIONS)
    assert {one["operation"]: one["verdict"] for one in content}["matvec"] == "failed"


def test_all_passed_is_exit_code_0(write):
    assert run("check", write(RIGHT)).returncode == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def dot(w, x):\n    return w @\n", "mine.py:2: SyntaxError: invalid syntax"),
        ("import numpy\nimport no_such_module\n", "mine.py:2: ModuleNotFoundError: No module named 'no_such_module'"),
        ("\n\nraise SystemExit(0)\n", "mine.py:3: SystemExit: 0"),
        ("import os\nos._exit(3)\n", "mine.py: cannot be imported: the process ended itself with exit code 3"),
    ],
)
def test_a_file_that_cannot_be_imported_is_one_line(write, text, said):
    finished = run("check", write(text))
    assert finished.returncode == 2
    (line,) = finished.stderr.splitlines()
    assert line.endswith(said)


@pytest.mark.parametrize("arguments", [["no-such-file.py"], ["README.md"], ["mine.py", "--timeout", "0"]])
def test_what_makes_no_sense_is_one_line(arguments):
    finished = run("check", *arguments)
    assert finished.returncode == 2
    assert len(finished.stderr.splitlines()) == 1


# === one's own implementation beside the others ========================================================


def test_a_file_takes_part_under_its_own_name(write):
    path = write(RIGHT, "students.py")
    finished = run("compare", "dot", "--implementations", f"numpy_vectorized,{path}", "--budget", "1", columns=120)
    assert finished.returncode == 0, finished.stderr
    assert any(line.split()[:1] == ["students"] for line in finished.stdout.splitlines())
    finished = run("show", "dot", "--no-time", "--implementations", f"python_loops,{path}", columns=120)
    assert "students.py:4" in finished.stdout


def test_what_a_file_lacks_is_named_and_skipped(write):
    path = write(RIGHT, "partial.py")
    finished = run("compare", "matmul", "--implementations", f"numpy_vectorized,{path}", "--budget", "1", columns=120)
    assert finished.returncode == 0, finished.stderr
    assert "partial has no matmul" in finished.stdout


def test_a_file_cannot_take_the_name_of_another(write):
    finished = run("compare", "dot", "--implementations", write(RIGHT, "numba_loops.py"))
    assert finished.returncode == 2
    assert "is the name of another implementation; rename the file" in finished.stderr


def test_a_file_is_registered_once(write):
    path = write(RIGHT, "again.py")
    try:
        assert register_file(path) == register_file(path) == "again"
        assert get_implementation("again").contract == "rounding"
    finally:
        unregister("again")


def test_an_installed_package_offers_its_own(tmp_path, monkeypatch):
    ours = "loopwise.implementations.numpy_vectorized"
    (tmp_path / "theirs.py").write_text(f"from {ours} import *\nfrom {ours} import __all__\n")
    information = tmp_path / "theirs-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[loopwise.implementations]\nfrom_outside = theirs\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    finished = run("compare", "dot", "--implementations", "numpy_vectorized,from_outside", "--budget", "1", columns=120)
    assert finished.returncode == 0, finished.stderr
    assert "from_outside" in finished.stdout


def test_results_may_come_in_a_list(write):
    text = RIGHT.replace("return dZ @ A_prev.T / m, np.sum(dZ, axis=1, keepdims=True) / m", "return [{}, {}]")
    text = text.format("dZ @ A_prev.T / m", "np.sum(dZ, axis=1, keepdims=True) / m")
    assert verdicts(write(text))["layer_gradient"][0] == "passed"


def test_what_a_file_says_of_itself_holds(write):
    path = write("CONTRACT, USES_THREADS = 'exact', True\ndef dot(w, x):\n    return float(w @ x)\n", "declares.py")
    try:
        implementation = get_implementation(register_file(path))
        assert (implementation.family, implementation.contract) == ("numpy", "exact")
        assert implementation.dot.lock is ONE_AT_A_TIME
    finally:
        unregister("declares")


def test_ctrl_c_keeps_the_verdicts(monkeypatch, capsys, write, tmp_path):
    def stopped(path, timeout):
        yield Verdict("dot", "passed", "6 cases")
        raise KeyboardInterrupt

    monkeypatch.setattr("loopwise.contract.check.check_file", stopped)
    told = tmp_path / "told.json"
    assert in_process(monkeypatch, "check", write(RIGHT), "--json", str(told)) == 130
    assert "1 of 1 passed" in capsys.readouterr().out
    assert [one["operation"] for one in json.loads(told.read_text())["operations"]] == ["dot"]


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
