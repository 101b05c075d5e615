"""`loopwise train` in a process of its own."""

import os
import subprocess
import sys

COMMAND = [sys.executable, "-c", "from loopwise.commands.app import main; main()", "train"]


def environment(columns=80):
    return os.environ | {"COLUMNS": str(columns), "NO_COLOR": "1"}


def run(*arguments, columns=80):
    """The command in a process of its own."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=environment(columns))
