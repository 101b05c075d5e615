"""Output files: refused before the work starts, written whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path

from .errors import OutputFileError


def check_output(path, suffixes=None):
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
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):  # it may have been moved before Ctrl-C arrived
            os.unlink(name)
        raise
