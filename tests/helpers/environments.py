"""Python in an environment of another kind."""

import os
import subprocess
import sys
from pathlib import Path

from helpers.started import MAIN

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments, options=(), **environment):
    """A command in a process of its own; variables that are None are not there."""
    given = {name: value for name, value in (os.environ | environment).items() if value is not None}
    command = [sys.executable, *options, "-c", MAIN, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=given | {"COLUMNS": "100", "NO_COLOR": "1"})
