"""A user's file as an implementation: its functions do what the interface's operations do."""

import json

import numpy as np
import pytest
from helpers.cli import run
from helpers.course_code import COURSE

from loopwise import get_implementation, workloads
from loopwise.contract import lecture_bounds, rounding_bounds
from loopwise.contract.agreement import agreement, bounds
from loopwise.errors import ImplementationError
from loopwise.implementations import register_file, unregister
from loopwise.measure.comparison import compare


@pytest.fixture
def load(tmp_path):
    """Register a file with some text."""
    names = []

    def register(text, name="mine.py"):
        (tmp_path / name).write_text("import numpy as np\n" + text)
        names.append(register_file(tmp_path / name))
        return get_implementation(names[-1])

    yield register
    for name in names:
        unregister(name)


def numbers(*shape):
    """Normal random numbers."""
    return np.random.default_rng(len(shape)).standard_normal(shape)


REFERENCE = get_implementation("python_loops")


def holds(impl, work, arithmetic=rounding_bounds):
    """Whether an implementation does a piece of work within the rounding bounds."""
    return agreement(work.outputs(impl), work.outputs(REFERENCE), "rounding", bounds(work, arithmetic)).passed


def test_a_courses_functions_are_operations(load):
    impl = load(COURSE)
    assert holds(impl, workloads.operation("logistic_step", 1, 3, 8), lecture_bounds)
    assert holds(impl, workloads.operation("activate", 3, 3, 8, "relu"))
    assert holds(impl, workloads.operation("activation_backward", 3, 3, 8, "sigmoid"))
    assert holds(impl, workloads.operation("layer_backward", 4, 3, 8))
    assert holds(impl, workloads.operation("adam", features=7))
    with pytest.raises(ImplementationError, match="mine has no activate for tanh"):
        impl.activate(numbers(3, 8), "tanh")


def test_its_whole_network_is_a_step(load):
    impl, X, Y = load(COURSE), numbers(3, 8), np.array([[0.0, 1.0] * 4])
    assert holds(impl, workloads.network(X, Y, [4, 1]), lecture_bounds)
    with pytest.raises(ImplementationError, match="for tanh, sigmoid and cross_entropy"):
        workloads.network(X, Y, [4, 1], "tanh").outputs(impl)


def test_another_convention_takes_part_as_what_it_is(load):
    text = "def affine_backward(dout, cache):\n    x, w, b = cache\n"
    impl = load(text + "    return dout @ w.T, x.T @ dout, dout.sum(axis=0)\n")
    assert holds(impl, workloads.operation("layer_backward", 4, 3, 8))


def test_whole_numbers_are_numbers(load):
    impl = load("def matmul(A, B):\n    return (A @ B).astype(int)\ndef dot(w, x):\n    return int(w @ x)\n")
    A = np.arange(6.0).reshape(2, 3)
    assert impl.matmul(A, A.T).dtype == np.float64
    assert type(impl.dot(A[0], A[0])) is float


def test_what_is_missing_is_named_at_once(load):
    impl = load("def layer_forward(W, b, A_prev, activation):\n    return None\n")
    with pytest.raises(ImplementationError) as refused:
        impl.cost(numbers(1, 2), numbers(1, 2), numbers(1, 2), "squared", "identity")
    wanted = "mine has no cost, nor output_delta, activation_backward, layer_backward, layer_gradient"
    assert str(refused.value) == wanted


FILES = {
    "right": ("def matmul(a, b, verbose=False):\n    return a @ b\n", "passed", True),
    "whole numbers": ("def matmul(A, B):\n    return np.rint(A @ B).astype(int)\n", "failed", False),
    "twice": ("def matmul(A, B):\n    return 2 * (A @ B)\n", "failed", False),
    "lazy": ("def matmul(A, B):\n    import math\n    return A @ B\n", "passed", True),
    "vector": ("def matmul(A, B):\n    return (A @ B).ravel()\n", "failed", False),
    "another": ("def matmul(A):\n    return A\n", "missing", None),
    "another of its name": ("def matmul(A, B, C):\n    return A @ B @ C\n", "missing", None),
    "numpy's": ("from numpy import *\n", "missing", None),
}


@pytest.mark.parametrize("kind", FILES)
def test_check_and_compare_say_the_same(tmp_path, kind):
    text, verdict, agreed = FILES[kind]
    path = tmp_path / "mine.py"
    path.write_text(f"import numpy as np\n{text}\ndef matvec(A, v):\n    return A @ v\n")
    checked = json.loads(run("check", str(path), "--json", "-").stdout)["operations"]
    assert {one["operation"]: one["verdict"] for one in checked}["matmul"] == verdict
    names = f"numpy_vectorized,{path}"
    compared = run("compare", "matmul", "--examples", "4", "--implementations", names, "--budget", "0.3", "--json", "-")
    content = json.loads(compared.stdout)["comparisons"][0]
    rows = {row["implementation"]: row["agreement"]["passed"] for row in content["rows"]}
    assert rows.get("mine") is agreed
    assert ("mine" in content["absent"]) == (agreed is None)


def test_train_and_gradcheck_take_a_notebook(tmp_path):
    cells = [{"cell_type": "code", "source": "import numpy as np\nfrom missing_course import *\n%time"}]
    cells.append({"cell_type": "code", "source": COURSE.splitlines(keepends=True)})
    path = tmp_path / "homework.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    assert run("gradcheck", "--layers", "4,3,1", "--implementation", str(path)).returncode == 0
    trained = run("train", "--epochs", "5", "--implementation", str(path), "--json", "-")
    assert trained.returncode == 0, trained.stderr
    usual = run("train", "--epochs", "5", "--json", "-")
    first = [json.loads(one.stdout)["cost_history"][0] for one in (trained, usual)]
    assert first[0] == pytest.approx(first[1], rel=1e-12)  # log 2 of each of 455 examples: at most 455 roundings
    assert "stand in for what it lacks" in trained.stderr


def test_a_step_in_the_lectures_form_takes_part_where_check_takes_it(load):
    impl, work = load(COURSE), workloads.operation("logistic_step", features=64, examples=512)
    assert not holds(impl, work)  # some a are so near 1 that 1 − a has few digits
    assert holds(impl, work, lecture_bounds)
    assert compare(work, ["numpy_vectorized", impl.name], 0.3).agreed
