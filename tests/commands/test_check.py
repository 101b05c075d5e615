"""`loopwise check`."""

import json

import pytest
from helpers.checked_files import RIGHT
from helpers.cli import in_process, run

from loopwise.contract.check import Verdict
from loopwise.interface import OPERATIONS

FIELDS = {"operation", "name", "verdict", "message", "convention", "not_offered"}


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
    assert [set(one) for one in content] == [FIELDS] * len(OPERATIONS)
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


def test_ctrl_c_keeps_the_verdicts(monkeypatch, capsys, write, tmp_path):
    def stopped(path, timeout):
        yield Verdict("dot", "passed", "6 cases")
        raise KeyboardInterrupt

    monkeypatch.setattr("loopwise.contract.check.check_file", stopped)
    told = tmp_path / "told.json"
    assert in_process(monkeypatch, "check", write(RIGHT), "--json", str(told)) == 130
    assert "1 of 1 passed" in capsys.readouterr().out
    assert [one["operation"] for one in json.loads(told.read_text())["operations"]] == ["dot"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def sigmoyd(z):\n    return z\n", "sigmoyd is nearest to activate by name"),
        ("def tangent(dZ, A_prev):\n    return 0\n", "tangent is nearest to layer_gradient by parameters"),
        ("def plot(x):\n    pass\n", "it has plot"),
        ("x = 1\n", "it has none"),
        ("dropout = 0.5\n", "dropout is float, no function"),
        ("def cost(A, Y):\n    return 0.0\n", "cost(A, Y) is in no way cost"),
        ("class Deep:\n    weights = []\n", "the class Deep with weights and biases takes part through a network_step"),
    ],
)
def test_where_nothing_is_recognised_the_nearest_is_named(write, text, said):
    finished = run("check", write(text))
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr.splitlines()[-1].endswith(f"no function is recognised: {said}")
    assert ("def network_step(" in finished.stderr) == ("class" in text)


def test_a_right_function_with_another_convention_and_an_unstable_one_are_exit_code_0(write):
    text = """
        import numpy as np

        def affine_forward(x, w, b):
            return x @ w + b, (x, w, b)

        def compute_cost(A, Y):
            return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    """
    finished = run("check", write(text), "--json", "-", columns=80)
    assert finished.returncode == 0
    told = {one["name"]: one for one in json.loads(finished.stdout)["operations"] if one["name"]}
    assert told["affine_forward"]["convention"] == "examples in rows"
    assert told["affine_forward"]["operation"] == "layer_forward"
    assert told["compute_cost"]["verdict"] == "unstable"
    assert "1 of 2 passed, 1 right on ordinary data" in finished.stderr


def test_what_is_left_out_of_a_notebook_is_said(tmp_path):
    path = tmp_path / "homework.ipynb"
    cells = [
        "%matplotlib inline\nimport numpy as np\nfrom no_course import relu",
        "def matmul(A, B):\n    return A @ B",
    ]
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}))
    finished = run("check", str(path), "--json", "-", columns=160)
    assert finished.returncode == 0
    left_out = json.loads(finished.stdout)["left_out"]
    assert left_out[0] == "cell 1, line 1: %matplotlib inline"
    assert left_out[1].startswith("cell 1, line 3: from no_course import relu (ModuleNotFoundError")
    assert "Left out: cell 1, line 1: %matplotlib inline" in finished.stderr
