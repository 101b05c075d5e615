"""The command line. Nothing heavy is imported before a command needs it: `loopwise --help` answers at once."""

import math
import os
import sys
import warnings
from importlib import import_module

import typer

from ..errors import DisagreementError, LoopwiseError, LoopwiseWarning
from ..output_files import is_closed_pipe
from ..process.foreign_output import OUTPUT
from .options import app

# In the order of `loopwise --help`; each is registered as it is imported.
COMMANDS = ("compare", "machine", "ladder", "sweep", "break_even", "race")
COMMANDS += ("show", "check", "demo", "train", "predict", "gradcheck", "shapes", "info")
for name in COMMANDS:
    import_module(f".{name}", __package__)

SIZES = ("COLUMNS", "LINES", "TERMINAL_WIDTH")  # what rich, typer and click ask for a terminal's size
LEAST_SIZE, MOST_SIZE = 10, 9999
_shown_as_usual = warnings.showwarning


def show_warning(message, category, filename, lineno, file=None, line=None):
    """One of ours is one line; another's is shown as Python does."""
    if issubclass(category, LoopwiseWarning):
        print(f"loopwise: {message}", file=OUTPUT.ours[1] if OUTPUT.ours else sys.stderr)
    else:
        _shown_as_usual(message, category, filename, lineno, file, line)


def main():
    """Run the command line; what other people's code prints is kept apart from what loopwise does, and said once."""
    OUTPUT.listen()
    try:
        run()
    except SystemExit as stopped:
        if stopped.code != 2:  # what is refused is one line
            for line in OUTPUT.said():
                typer.echo(line, err=True)
        raise
    finally:
        OUTPUT.end()


def run():
    """Run a command: what loopwise refuses is one line and exit code 2, never a traceback.

    Ctrl-C before there is a result: 130. Later, the command shows what there is, and `report/outputs.py`
    (`Outputs.exit_code`) says how it ends.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without ✓ and × still gets its table
    warnings.showwarning = show_warning
    forget_impossible_sizes()
    try:
        app()
    except LoopwiseError as error:
        typer.echo(f"loopwise: {error}", err=True)
        sys.exit(1 if isinstance(error, DisagreementError) else 2)
    except MemoryError as error:
        typer.echo(f"loopwise: not enough memory{said_of(error)}", err=True)
        sys.exit(2)
    except OSError as error:
        if is_closed_pipe(error):  # the program that read the table has closed it
            sys.stderr.close()
            sys.exit(1)
        typer.echo(f"loopwise: {error.filename or 'a file'}: {error.strerror}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("loopwise: stopped", err=True)
        sys.exit(130)


def said_of(error):
    """What an array that there is no memory for would have taken, after a colon; nothing where nothing is known."""
    shape, dtype = (getattr(error, name, None) for name in ("shape", "dtype"))  # of NumPy's
    if shape is None or dtype is None:
        return f": {error}" if str(error) else ""
    from ..process.memory import bytes_said, free_memory

    needed = math.prod(shape) * dtype.itemsize
    return f": {shape} numbers of {dtype} need {bytes_said(needed)}; {bytes_said(free_memory())} are free"


def forget_impossible_sizes():
    """A terminal of 0 columns, or of `wide`, is as good as one that does not say its size: tables need some room."""
    for name in SIZES:
        size = os.environ.get(name)
        if size is not None and not (size.isascii() and size.isdecimal() and LEAST_SIZE <= int(size[:5]) <= MOST_SIZE):
            del os.environ[name]
