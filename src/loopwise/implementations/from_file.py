"""Implementations from a file: some operations or all of them."""

import inspect
import sys
import warnings
from contextlib import chdir, contextmanager
from pathlib import Path
from types import ModuleType

import numpy as np
from numba.core.ir import Loc

from ..errors import ImplementationError, one_line
from ..interface import OPERATIONS, OPTIONAL
from ..process.foreign_output import OUTPUT, Heard
from .file_modules import folder_of


def load_module(path):
    """Import a Python file, which sees the modules beside it as its own and a command line without arguments.

    Raises
    ------
    ImplementationError
        It cannot be imported: one line with the file's line number.
    """
    path = Path(path)
    if path.suffix != ".py" or not path.is_file():
        raise ImplementationError(f"{path}: expected a Python file")
    real = path.resolve()
    try:
        with settings_kept(), arguments(str(path)), OUTPUT.turn(str(path)):
            return folder_of(real).load(real)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a user's file raises
        raise ImplementationError(f"{path}:{own_line(path, error) or 1}: {one_line(error)}") from None


@contextmanager
def settings_kept():
    """What a file sets for the whole process while it is imported is not set for others."""
    with chdir("."), np.errstate(), warnings.catch_warnings():
        yield


@contextmanager
def arguments(*given):
    """The command line is a program's own: a file that reads it finds none of ours."""
    before = sys.argv
    sys.argv = list(given)
    try:
        yield
    finally:
        sys.argv = before


def own_line(path, error):
    """The last line of a file through which an error went; None where it went through none."""
    if isinstance(error, SyntaxError) and error.filename and is_same(error.filename, path):
        return error.lineno
    line, trace = line_of_compiler(path, error), error.__traceback__
    while trace is not None:
        if is_same(trace.tb_frame.f_code.co_filename, path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def line_of_compiler(path, error):
    """The line of a file that Numba cannot compile; None where it says none, or one of another file."""
    found = getattr(error, "loc", None)
    return found.line if isinstance(found, Loc) and is_same(found.filename, path) else None


def is_same(one, other):
    """Whether two names are of the same file."""
    return Path(one).resolve() == Path(other).resolve()


def declared(module):
    """(family, contract) as a module says of itself, FAMILY and CONTRACT: by default arrays, and sums in any order."""
    return getattr(module, "FAMILY", "numpy"), getattr(module, "CONTRACT", "rounding")


def heard(speaker, module):
    """A module whose operations run with their output kept apart."""
    copy = ModuleType(module.__name__)
    vars(copy).update(vars(module))
    for name in (*OPERATIONS, *OPTIONAL):
        if callable(function := getattr(module, name, None)):
            setattr(copy, name, Heard(speaker, function))
    return copy


def completed(name, module):
    """A module with every operation: those that it lacks are errors when they are called."""
    whole = ModuleType(name)
    whole.__all__ = list(OPERATIONS)
    whole.USES_THREADS = getattr(module, "USES_THREADS", False)
    for operation in OPERATIONS.values():
        setattr(whole, operation.name, getattr(module, operation.name, None) or absent(name, operation))
    return whole


def absent(name, operation):
    """Stands where an operation is missing."""

    def call(*arguments):
        raise ImplementationError(f"{name} has no {operation.name}")

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    call.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in operation.parameters])
    return call
