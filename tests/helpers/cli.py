"""The command line in tests: in a process of its own, or in this one."""

import os
import subprocess
import sys

import pytest

from loopwise.commands.app import main


def run(*arguments, columns=80):
    """The command in a process of its own."""
    environment = os.environ | {"COLUMNS": str(columns), "NO_COLOR": "1"}
    command = [sys.executable, "-c", "from loopwise.commands.app import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def in_process(monkeypatch, *arguments):
    """The command in this process; returns its exit code."""
    monkeypatch.setattr(sys, "argv", ["loopwise", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return stopped.value.code or 0
