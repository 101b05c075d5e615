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
