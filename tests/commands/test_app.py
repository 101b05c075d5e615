"""The program: what all commands have in common."""

import os
import subprocess
import sys

from helpers.cli import run


def test_unknown_options_are_refused_without_a_traceback():
    finished = run("compare", "--bad")
    assert finished.returncode == 2
    assert "Traceback" not in finished.stderr


def test_a_terminal_without_unicode_gets_its_table():
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "COLUMNS": "80"}
    command = [sys.executable, "-m", "loopwise", "compare", "dot", "--budget", "0.3"]
    finished = subprocess.run(command, capture_output=True, env=environment)
    assert finished.returncode == 0, finished.stderr
    assert b"numba_loops" in finished.stdout


def test_help_imports_neither_numba_nor_numpy():
    code = (
        "import sys; sys.argv = ['loopwise', '--help']\n"
        "from loopwise.commands.app import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('numba', 'numpy', 'sklearn', 'matplotlib') if name in sys.modules])"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.splitlines()[-1] == "[]"
    assert "compare" in finished.stdout
