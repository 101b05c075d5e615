"""`loopwise demo`."""

import json
import os
import subprocess
import sys

import pytest
from helpers.cli import in_process, run

from loopwise.demos.demo import DEMOS, load


@pytest.mark.parametrize("columns", [80, 160])
def test_all_are_listed(monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert in_process(monkeypatch, "demo", "--list") == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= columns
    assert all(name in shown and load(name).title.split()[0] in shown for name in DEMOS)


def test_a_recording_does_not_wait_and_writes(monkeypatch, capsys, tmp_path):
    path = tmp_path / "demo.json"
    assert in_process(monkeypatch, "demo", "symmetry", "--no-input", "--json", str(path)) == 0
    assert "What was seen: 1\n" in capsys.readouterr().out
    written = json.loads(path.read_text())["demo"]
    assert (written["name"], written["answer"], written["prediction"]) == ("symmetry", 1, None)
    assert written["figures"]["units"]["random"] == 4
    assert written["explanation"].startswith("From ½")


def test_a_prediction_is_asked_for_on_a_terminal():
    pty = pytest.importorskip("pty", reason="terminals of another kind")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "loopwise", "demo", "learning-rate"]
    environment = os.environ | {"COLUMNS": "100", "TERM": "dumb"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    os.write(ours, b"9\n3\n")  # the first is none of the choices
    said = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux: the other end is closed
            break
        if not part:
            break
        said += part
    assert process.wait() == 0
    text = said.decode()
    assert text.count("Your prediction") == 2
    assert "You said: it grows with every step ✓" in text


def test_without_a_terminal_nothing_is_asked():
    command = [sys.executable, "-m", "loopwise", "demo", "symmetry"]
    finished = subprocess.run(command, input="", capture_output=True, text=True)
    assert finished.returncode == 0
    assert "Your prediction" not in finished.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("temporary",), "unknown demo 'temporary'; did you mean 'temporaries'?"),
        ((), "which demo? loopwise demo --list names them"),
        (("symmetry", "--predict", "5"), "prediction is 5; expected a number from 1 to 4"),
    ],
)
def test_what_makes_no_sense_is_one_line(monkeypatch, capsys, arguments, said):
    assert in_process(monkeypatch, "demo", *arguments) == 2
    assert said in capsys.readouterr().err


def test_slides_are_written_beside_the_table(tmp_path):
    finished = run("demo", "symmetry", "--no-input", "--export", str(tmp_path / "slides.html"))
    assert finished.returncode == 0, finished.stderr
    assert "What was seen" in finished.stdout
    assert "What was seen" in (tmp_path / "slides.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["symmetry", "--export", "slides.pdf"], "cannot be written"),
        (["--list", "--export", "a.html"], "--list names all"),
    ],
)
def test_what_cannot_be_exported(given, message):
    refused = run("demo", *given)
    assert refused.returncode == 2
    assert message in refused.stderr
