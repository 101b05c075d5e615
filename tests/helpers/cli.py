"""The command line in tests: in a process of its own, or in this one."""

import os
import subprocess
import sys

import pytest

from helpers import started
from loopwise.commands.app import main


def run(*arguments, columns=80, program=started.MAIN, **environment):
    """The command, or another program, in a process of its own; variables that are None are not there."""
    environment = os.environ | {"COLUMNS": str(columns), "NO_COLOR": "1"} | environment
    environment = {name: value for name, value in environment.items() if value is not None}
    if started.can_run(environment):
        return started.run(arguments, environment, program)
    return subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, env=environment)


def in_process(monkeypatch, *arguments):
    """The command in this process; returns its exit code."""
    monkeypatch.setattr(sys, "argv", ["loopwise", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return stopped.value.code or 0
