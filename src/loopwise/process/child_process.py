"""Python processes that loopwise starts: none of them looks for modules in the folder where the user happens to be."""

import sys
from pathlib import Path

PLACE = str(Path(__file__).parents[2])  # where this loopwise is, installed or not


def python(program, *arguments):
    """The command that runs a program text, which can import this loopwise.

    `-P`: Python would put the working directory first on the path, and a `random.py` there would be found first.
    """
    found = f"import sys; {PLACE!r} in sys.path or sys.path.append({PLACE!r})\n"
    return [sys.executable, "-P", "-c", found + program, *arguments]
