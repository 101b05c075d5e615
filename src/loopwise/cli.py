"""The command line. Nothing heavy is imported before a command needs it: `loopwise --help` answers at once."""

import os
import sys

import typer

from . import cli_measure, cli_source, cli_teach, cli_train  # noqa: F401  (their commands are registered as they are imported)
from .cli_options import app
from .errors import DisagreementError, LoopwiseError

SIZES = ("COLUMNS", "LINES", "TERMINAL_WIDTH")  # what rich, typer and click ask for a terminal's size
LEAST_SIZE, MOST_SIZE = 10, 9999


def main():
    """Run the command line: what loopwise refuses is one line and exit code 2, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without ✓ and × still gets its table
    forget_impossible_sizes()
    try:
        app()
    except LoopwiseError as error:
        typer.echo(f"loopwise: {error}", err=True)
        sys.exit(1 if isinstance(error, DisagreementError) else 2)
    except MemoryError as error:
        typer.echo(f"loopwise: not enough memory: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:  # whoever read the table has closed it
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        typer.echo(f"loopwise: {error.filename or 'a file'}: {error.strerror}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("loopwise: stopped", err=True)
        sys.exit(130)


def forget_impossible_sizes():
    """A terminal of 0 columns, or of `wide`, is as good as one that does not say its size: tables need some room."""
    for name in SIZES:
        size = os.environ.get(name)
        if size is not None and not (size.isascii() and size.isdecimal() and LEAST_SIZE <= int(size[:5]) <= MOST_SIZE):
            del os.environ[name]
