"""`loopwise train` in a process of its own."""

import os
import sys

from helpers import cli

COMMAND = [sys.executable, "-c", "from loopwise.commands.app import main; main()", "train"]


def environment(columns=80):
    return os.environ | {"COLUMNS": str(columns), "NO_COLOR": "1"}


def run(*arguments, columns=80):
    """The command in a process of its own."""
    return cli.run("train", *arguments, columns=columns)
