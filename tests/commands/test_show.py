"""`loopwise show`: the source of one operation in every implementation."""

import json

import pytest
from helpers.cli import in_process, run

from loopwise import implementation_names


def test_a_line_says_who_agrees_and_how_fast(tmp_path):
    path = tmp_path / "shown.json"
    finished = run("show", "matvec", "--json", str(path), columns=200)
    assert finished.returncode == 0, finished.stderr
    (line,) = [line for line in finished.stdout.splitlines() if line.startswith("✓ ")]
    assert line.count("s (") == len(implementation_names())
    content = json.loads(path.read_text())
    assert [row["implementation"] for row in content["comparison"]["rows"]] == implementation_names()
    assert [source["implementation"] for source in content["sources"]] == implementation_names()


def test_diff_shows_what_the_compiler_needs(monkeypatch, capsys):
    assert in_process(monkeypatch, "show", "matmul", "--no-time", "--diff", "python_loops", "numba_loops") == 0
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert "-                c += A[i][k] * B[k][j]" in lines
    assert "+                c += A[i, k] * B[k, j]" in lines
    assert "     for i in range(n):" in lines


@pytest.mark.parametrize("wrong", [["matmull"], ["matmul", "--implementations", "numpy"], ["dot", "--diff", "a", "b"]])
def test_unknown_names_are_one_line(monkeypatch, capsys, wrong):
    assert in_process(monkeypatch, "show", *wrong) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
