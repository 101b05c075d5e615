"""Implementations from a file: some operations or all of them."""

import importlib.util
import inspect
import sys
from pathlib import Path
from types import ModuleType

from ..errors import ImplementationError, one_line
from ..interface import OPERATIONS


def load_module(path):
    """Import a Python file.

    Raises
    ------
    ImplementationError
        It cannot be imported: one line with the file's line number.
    """
    path = Path(path)
    if path.suffix != ".py" or not path.is_file():
        raise ImplementationError(f"{path}: expected a Python file")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent.resolve()))
    try:
        spec.loader.exec_module(module)
    except BaseException as error:  # whatever somebody's file raises
        raise ImplementationError(f"{path}:{own_line(path, error) or 1}: {one_line(error)}") from None
    finally:
        sys.path.pop(0)
    return module


def own_line(path, error):
    """The last line of a file through which an error went; None where it went through none."""
    if isinstance(error, SyntaxError) and error.filename and is_same(error.filename, path):
        return error.lineno
    line, trace = None, error.__traceback__
    while trace is not None:
        if is_same(trace.tb_frame.f_code.co_filename, path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def is_same(one, other):
    """Whether two names are of the same file."""
    return Path(one).resolve() == Path(other).resolve()


def declared(module):
    """(family, contract) as a module says of itself, FAMILY and CONTRACT: by default arrays, and sums in any order."""
    return getattr(module, "FAMILY", "numpy"), getattr(module, "CONTRACT", "rounding")


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
