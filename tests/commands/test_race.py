"""`loopwise race`."""

import json
import subprocess
import sys

import pytest
from helpers.cli import in_process
from helpers.races import SHORT

from loopwise.implementations import numpy_vectorized
from loopwise.report.pages import STEP


@pytest.mark.parametrize("columns", [80, 160])
def test_a_race_shows_and_writes(tmp_path, monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    path = tmp_path / "race.json"
    assert in_process(monkeypatch, "race", *SHORT, "--no-live", "--json", str(path)) == 0
    shown = capsys.readouterr().out
    assert max(len(line) for line in shown.splitlines()) <= columns
    assert shown.count("python_loops  ") >= 3  # tables on the way, and one at the end
    assert "J of numba_loops and python_loops" in shown
    race = json.loads(path.read_text())["race"]
    assert race["agreed"]
    assert [runner["implementation"] for runner in race["runners"]][:2] == ["python_loops", "numba_loops"]
    for runner in race["runners"]:
        assert 0.3 <= runner["seconds"] < 5
        assert runner["steps"] >= runner["apart"]["steps"] > 0
        assert runner["contract"] == "rounding" or runner["apart"]["max_ulp"] == 0
        assert (runner["costs"][0]["step"], runner["costs"][-1]["step"]) == (1, runner["steps"])


def test_what_was_measured_is_written_though_its_reader_has_gone(tmp_path):
    path = tmp_path / "race.json"
    command = f"{sys.executable} -m loopwise race --seconds 0.2 --implementations numba_loops --json {path} | head -c 1"
    ended = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True)
    assert ended.stderr == ""
    assert json.loads(path.read_text())["race"]["agreed"]


def test_what_is_too_slow_does_not_run(monkeypatch, capsys):
    arguments = ("--seconds", "0.02", "--data", "digits", "--implementations", "python_loops,numpy_vectorized")
    assert in_process(monkeypatch, "race", *arguments) == 0
    shown = capsys.readouterr().out
    assert "python_loops does not run: n/a: one step would take" in shown
    assert "numpy_vectorized: " in shown


@pytest.mark.parametrize("more", ["descend", "dot"])
def test_a_file_runs_unless_it_lacks_the_update(monkeypatch, capsys, tmp_path, more):
    path = tmp_path / f"mine_{more}.py"
    path.write_text(f"from loopwise.implementations.numpy_vectorized import {more}, {', '.join(('activate', *STEP))}\n")
    arguments = ("--seconds", "0.1", "--implementations", f"numba_loops,{path}")
    assert in_process(monkeypatch, "race", *arguments) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert ("J of mine_descend and numba_loops, " in shown) == (more == "descend")
    assert ("mine_dot does not run: mine_dot has no descend" in shown) == (more == "dot")


def test_ctrl_c_shows_what_was_run(monkeypatch, capsys, tmp_path, twin):
    calls = []

    def descend(theta, gradient, alpha):
        calls.append(alpha)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return numpy_vectorized.descend(theta, gradient, alpha)

    twin(descend=descend)
    path = tmp_path / "race.json"
    assert in_process(monkeypatch, "race", *SHORT, "--implementations", "twin", "--json", str(path)) == 130
    assert "stopped by Ctrl-C" in capsys.readouterr().err
    race = json.loads(path.read_text())["race"]
    assert race["stopped"]
    assert race["runners"][0]["steps"] == 3  # two of the six calls were before the race


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--alpha", "0"), "alpha is 0.0; expected a positive number"),
        (("--seconds", "-1"), "seconds is -1.0"),
        (("--data", "nothing"), "unknown data set 'nothing'"),
        (("--implementations", "numba_loop"), "did you mean 'numba_loops'"),
        (("--layers", "4,3"), "expected 1, because Y is (1, m)"),
    ],
)
def test_what_makes_no_sense_is_one_line(monkeypatch, capsys, arguments, said):
    assert in_process(monkeypatch, "race", *arguments) == 2
    assert said in capsys.readouterr().err
