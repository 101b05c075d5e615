"""What other people's code prints: kept from our results, and said once."""

import io
import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
from helpers.cli import run
from helpers.own_files import write
from rich.console import Console

from loopwise.commands import show
from loopwise.demos import verdict
from loopwise.implementations import get_implementation, register_file, unregister
from loopwise.process.foreign_output import OUTPUT, Heard
from loopwise.report.progress import bar

PRINTS = {
    "print": "print('words', A.shape)",
    "stdout": "sys.stdout.write('words\\n')",
    "stderr": "print('words', file=sys.stderr)",
    "kept stream": "OUT.write('words\\n')",
    "original stream": "sys.__stdout__.write('words\\n'), sys.__stdout__.flush()",
    "bytes": "sys.stdout.buffer.write(b'words\\n')",
    "log": "logging.warning('words')",
    "descriptor": "os.write(1, b'words\\n')",
    "process": "subprocess.run(['echo', 'words'])",
    "process with a stream": "subprocess.run(['echo', 'words'], stdout=sys.stdout)",
    "C": "ctypes.CDLL(None).puts(b'words'), ctypes.CDLL(None).fflush(None)",
    "rich": "rich.print('words')",
    "compiled": "compiled()",
    "thread": "in_a_thread(lambda: print('words'))",
}
FILE = """
    import ctypes, logging, os, subprocess, sys, threading
    import rich
    from numba import njit

    OUT = sys.stdout

    @njit
    def compiled():
        print('words')

    def in_a_thread(work):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    def matmul(A, B):
        {}
        return A @ B
"""
SILENT = "def matmul(A, B):\n    return A @ B\n"
LOUD = "def matmul(A, B):\n    print('wo' + 'rds')\n    return A @ B\n"  # `show` shows the source
BUDGET = ["--budget", "0.3"]
COMMANDS = {
    "compare": ["compare", "matmul", "--examples", "4", *BUDGET],
    "show": ["show", "matmul", *BUDGET],
    "sweep": ["sweep", "matmul", "--sizes", "4", "--compile", *BUDGET],
    "break-even": ["break-even", "matmul", "--examples", "4", *BUDGET],
}


def told(finished):
    """The lines on stderr, when the results were JSON: those that say which file prints."""
    json.loads(finished.stdout)
    return [line for line in finished.stderr.splitlines() if "prints" in line or "words" in line]


@pytest.mark.parametrize("way", PRINTS)
def test_however_a_file_prints_it_is_said_once(tmp_path, way):
    write(tmp_path, mine=FILE.format(PRINTS[way]), silent=SILENT)
    names = f"{tmp_path}/silent.py,{tmp_path}/mine.py,numpy_vectorized"
    finished = run(*COMMANDS["compare"], "--implementations", names, "--json", "-")
    (line,) = told(finished)
    assert line.startswith(f"{tmp_path}/mine.py prints: '")
    assert "words" in line


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_keeps_its_results_apart(tmp_path, command):
    write(tmp_path, mine="import atexit\natexit.register(print, 'words at the end')\n" + SILENT)
    write(tmp_path, loud="print('at import')\n" + LOUD)
    names = f"numpy_vectorized,{tmp_path}/mine.py,{tmp_path}/loud.py"
    finished = run(*COMMANDS[command], "--implementations", names, "--json", "-")
    assert finished.returncode == 0, finished.stderr
    assert told(finished) == [f"{tmp_path}/loud.py prints: 'at import'"]
    shown = run(*COMMANDS[command], "--implementations", names)
    assert "words" not in shown.stdout
    assert [line for line in shown.stderr.splitlines() if "prints" in line] == told(finished)


def test_race_keeps_its_results_apart(tmp_path):
    text = """
        from loopwise.implementations.numpy_vectorized import *
        from loopwise.implementations import numpy_vectorized

        def descend(theta, gradient, alpha):
            print("words")
            return numpy_vectorized.descend(theta, gradient, alpha)
    """
    names = f"numpy_vectorized,{write(tmp_path, mine=text)}/mine.py"
    finished = run("race", "--seconds", "0.2", "--implementations", names, "--json", "-")
    assert finished.returncode == 0, finished.stderr
    assert told(finished) == [f"{tmp_path}/mine.py prints: 'words'"]
    shown = run("race", "--seconds", "0.2", "--no-live", "--implementations", names)
    assert "words" not in shown.stdout
    assert "mine" in shown.stdout


@pytest.mark.parametrize("way", ["print", "stderr", "descriptor", "compiled"])
def test_check_says_once_that_a_file_prints(tmp_path, way):
    path = write(tmp_path, mine=FILE.format(PRINTS[way])) / "mine.py"
    finished = run("check", str(path), "--json", "-")
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout)["operations"]
    (line,) = [line for line in finished.stderr.splitlines() if "words" in line]
    assert line.startswith(f"{path} prints: '")


@pytest.mark.parametrize("command", ["compare", "show"])
def test_an_installed_package_is_kept_apart_too(tmp_path, monkeypatch, command):
    ours = "loopwise.implementations.numpy_vectorized"
    text = f"from {ours} import *\nfrom {ours} import __all__\nfrom loopwise.implementations import numpy_vectorized\n"
    write(tmp_path, theirs=text + "print('words')\ndef matmul(A, B):\n    print('more')\n    return A @ B\n")
    information = tmp_path / "theirs-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[loopwise.implementations]\nfrom_outside = theirs\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    finished = run(*COMMANDS[command], "--implementations", "numpy_vectorized,from_outside", "--json", "-")
    assert finished.returncode == 0, finished.stderr
    assert told(finished) == ["from_outside prints: 'words'"]


def test_two_files_that_print_are_told_apart(tmp_path):
    loud = "import os\ndef matmul(A, B):\n    os.write(1, b'{0} writes')\n    return A @ B\n"
    write(tmp_path, anna=loud.format("anna"), bert=loud.format("bert"), carl=SILENT)
    names = ",".join(["numpy_vectorized", *(f"{tmp_path}/{name}.py" for name in ("anna", "carl", "bert"))])
    finished = run(*COMMANDS["compare"], "--implementations", names, "--json", "-")
    lines = [line for line in finished.stderr.splitlines() if "prints" in line]
    assert [line.split("/")[-1].split(" writes")[0] for line in lines] == [
        "anna.py prints: 'anna",
        "bert.py prints: 'bert",
    ]


def on_a_terminal(*arguments, stream):
    """What a command shows on a terminal, and what it writes to its other stream: `stream` is the terminal."""
    pty = pytest.importorskip("pty", reason="terminals of another kind")
    ours, theirs = pty.openpty()
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | {stream: theirs}
    command = [sys.executable, "-c", "from loopwise.commands.app import main; main()", *arguments]
    process = subprocess.Popen(command, **streams, text=True, env=os.environ | {"TERM": "xterm"})
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 65536):
            seen += piece
    except OSError:  # how Linux says that the other end is closed
        pass
    return seen.decode(), "".join(filter(None, process.communicate()))


def test_a_bar_on_a_terminal_survives(tmp_path):
    """It is drawn while a file prints, and none of its words is."""
    path = write(tmp_path, mine=FILE.format("print('words'), os.write(1, b'words')")) / "mine.py"
    command = [*COMMANDS["compare"], "--implementations", f"numpy_vectorized,{path}", "--json", "-"]
    shown, written = on_a_terminal(*command, stream="stderr")
    json.loads(written)
    assert "━" in shown
    assert "first call" in shown
    assert shown.count("words") == 1
    assert f"{path} prints: 'words'" in shown


class Terminal(io.StringIO):
    """Remembers what is shown on it."""

    def isatty(self):
        return True


def frames_while_a_function_sleeps(terminal):
    """How often the terminal's last line is drawn anew during a second of a user's function."""
    before = terminal.getvalue().count("\x1b[2K")
    with OUTPUT.kept():
        Heard("mine.py", time.sleep)(1.0)
        assert list(OUTPUT.said()) == []
    return terminal.getvalue().count("\x1b[2K") - before


def test_a_bar_moves_while_a_users_function_runs(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with bar(Console(stderr=True), "compare"):
        assert frames_while_a_function_sleeps(sys.stderr) > 2


def test_show_moves_while_a_users_function_runs(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())
    waits = lambda *arguments: frames_while_a_function_sleeps(terminal)  # noqa: E731
    monkeypatch.setattr("loopwise.measure.comparison.compare", waits)
    assert show.measured("dot", None, 1, 1.0, Console()) > 2


def test_in_ones_own_program_everything_is_seen(tmp_path, capsys):
    name = register_file(write(tmp_path, mine="print('at import')\n" + LOUD) / "mine.py")
    try:
        get_implementation(name).matmul(np.ones((2, 2)), np.ones((2, 2)))
    finally:
        unregister(name)
    assert capsys.readouterr().out.split() == ["at", "import", "words"]


def test_a_verdict_says_once_that_a_function_prints(capsys):
    def dot(w, x):
        print("words", len(w))
        return float(w @ x)

    assert verdict(dot).message.endswith("cases; dot prints: 'words 7'")
    print("after")
    assert capsys.readouterr() == ("after\n", "")


SCRIPT = """
import os
from loopwise.demos import verdict

def dot(w, x):
    print("inside")
    os.write(1, b"beside")
    return sum(a * b for a, b in zip(w, x))

print("before")
for _ in range(2):
    print(verdict(dot))
os.write(1, b"descriptor\\n")
print("after")
"""


def test_after_a_verdict_a_script_prints_as_before(tmp_path):
    finished = subprocess.run([sys.executable, "-u", "-c", SCRIPT], cwd=tmp_path, capture_output=True, text=True)
    first, *verdicts, descriptor, last = finished.stdout.splitlines()
    assert (first, descriptor, last, finished.stderr) == ("before", "descriptor", "after", "")
    assert len(verdicts) == 2
    assert all("dot" in line and "prints: 'inside'" in line for line in verdicts)
