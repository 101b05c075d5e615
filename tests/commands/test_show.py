"""`loopwise show`: the source of one operation in every implementation."""

import json

import pytest
from helpers.cli import in_process, run

from loopwise import implementation_names


def test_a_line_says_which_agree_and_how_fast(tmp_path):
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


@pytest.mark.parametrize("columns", [80, 160])
def test_kernels_follow_in_order_of_call(columns):
    finished = run("show", "matmul", "--no-time", "--implementations", "numba_tuned", columns=columns)
    assert finished.returncode == 0, finished.stderr
    order = [finished.stdout.index(f"def {name}(") for name in ("matmul", "product", "multiply_serial")]
    assert order == sorted(order)
    assert "numba_tuned ↳ multiply_shared" in finished.stdout
    assert "jit/matmul/product.py:" in finished.stdout
    assert max(map(len, finished.stdout.splitlines())) <= columns


def test_depth_is_in_the_json(tmp_path, monkeypatch, capsys):
    counts = []
    for depth in ("0", "1", "all"):
        path = tmp_path / f"{depth}.json"
        arguments = "show", "adam", "--no-time", "--implementations", "numba_tuned", "--depth", depth
        assert in_process(monkeypatch, *arguments, "--json", str(path)) == 0
        (source,) = json.loads(path.read_text())["sources"]
        assert source["text"].startswith("def adam(")
        counts.append(len(source["kernels"]))
    assert counts[0] == 0 < counts[1] < counts[2]


@pytest.mark.parametrize("depth", ["-1", "1.5", "al", ""])
def test_a_depth_that_makes_no_sense_is_one_line(monkeypatch, capsys, depth):
    assert in_process(monkeypatch, "show", "adam", "--no-time", "--depth", depth) == 2
    assert capsys.readouterr().err == f"loopwise: --depth is {depth}; expected a whole number, at least 0, or all\n"
