"""Output files: refused before the work starts, written whole or not at all."""

import contextlib
import errno
import json
import math
import os
import tempfile
import time
from pathlib import Path

from .errors import OptionError, OutputFileError

WINDOWS = os.name == "nt"


def validate_output(path, suffixes=None):
    """Raise `OutputFileError` if `path` cannot be written or its suffix is not among `suffixes`."""
    path = Path(path)
    if suffixes and path.suffix.lower() not in suffixes:
        raise OutputFileError(f"{path} cannot be written: expected a name that ends in {', '.join(suffixes)}")
    try:
        if path.is_dir():
            raise OutputFileError(f"{path} cannot be written: it is a folder")
        if not path.parent.is_dir():
            raise OutputFileError(f"{path} cannot be written: there is no folder {path.parent}")
        if path.exists() and not os.access(path, os.W_OK):
            raise OutputFileError(f"{path} cannot be written: no permission")
        target = path.resolve()
        if target.is_file() or not target.exists():  # it will be moved there, so its folder must take a new file
            tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as error:
        raise OutputFileError(f"{path} cannot be written: {error.strerror}") from None


def write_atomically(path, write):
    """Call `write(file)` on a new file beside `path` and move it there when it is complete.

    A link is followed, and what is no regular file (a device, a pipe) is written to as it is.
    """
    path = Path(path).resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            write(file)
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".loopwise-")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        move(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):  # it may have been moved before Ctrl-C arrived
            os.unlink(name)
        raise


def move(name, path):
    """Move a file to its place; on Windows no one may have that one open, so what only looks at it is waited for."""
    for pause in (0.01, 0.1, 0.5):
        try:
            return os.replace(name, path)
        except PermissionError:
            if not WINDOWS:
                raise
            time.sleep(pause)
    return os.replace(name, path)


def is_closed_pipe(error):
    """Whether the program that read our output has gone; Windows calls that an invalid argument."""
    return isinstance(error, BrokenPipeError) or (
        WINDOWS and isinstance(error, OSError) and error.errno == errno.EINVAL
    )


def finite(number):
    """The number for JSON, which has neither infinity nor NaN: None instead, and of None."""
    return float(number) if number is not None and math.isfinite(number) else None


FIGURES, PAGES = (".png", ".svg", ".pdf"), (".html", ".htm")


def validate_outputs(json, plot=None, html=None, **others):
    """Refuse files that cannot be written, before anything is measured; None and, for `json`, "-" are no files."""
    given, named = {}, {"json": json, "plot": plot, "html": html, **others}
    for option, path in named.items():
        if path is None or (path == "-" and option == "json"):
            continue
        validate_output(path, {"plot": FIGURES, "html": PAGES}.get(option))
        target = Path(path).resolve()
        if target in given and (target.is_file() or not target.exists()):  # a device may take several
            raise OptionError(f"--{given[target]} and --{option} name the same file, {path}")
        given[target] = option


def json_text(content):
    """JSON as every program reads it: NaN and infinity are errors."""
    return json.dumps(content, indent=2, allow_nan=False)


def put_json(where, content):
    """Write JSON to a file, to standard output for "-", or nowhere for None."""
    if where == "-":
        print(json_text(content), flush=True)
    elif where is not None:
        write_atomically(where, lambda file: file.write(json_text(content).encode() + b"\n"))


def put_page(path, page):
    """Write a page whole or not at all; None is nowhere. Half a letter, as in some files' names, becomes a "?"."""
    if path is not None:
        write_atomically(path, lambda file: file.write(page.encode(errors="replace")))
