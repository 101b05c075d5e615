"""Implementations from a file: some operations or all of them."""

import ast
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
from .left_out import Code, read_notebook, run_definitions

SUFFIXES = (".py", ".ipynb")
CODE: dict[str, Code] = {}  # of files of which only what they define was run, by their paths


def load_module(path):
    """Import a Python file or a notebook, which sees the modules beside it and a command line without arguments.

    Of a notebook, and of a file that does not run to its end, what it defines is run: `left_out`. A module's
    `__left_out__` says what was not.

    Raises
    ------
    ImplementationError
        It cannot be imported: one line with the file's line number.
    """
    path = Path(path)
    if path.suffix not in SUFFIXES or not path.is_file():
        raise ImplementationError(f"{path}: expected a Python file or a notebook")
    real = path.resolve()
    CODE.pop(str(real), None)
    try:
        with settings_kept(), arguments(str(path)), OUTPUT.turn(str(path)):
            return run_file(real) if path.suffix == ".py" else run_code(real, read_notebook(path))
    except (KeyboardInterrupt, ImplementationError):
        raise
    except BaseException as error:  # whatever a user's file raises
        raise ImplementationError(f"{path}:{own_line(path, error) or 1}: {one_line(error)}") from None


def run_file(path):
    """A Python file as a module: all of it, or what it defines where the rest cannot run here."""
    try:
        module = folder_of(path).load(path)
        module.__tree__ = ast.parse(path.read_bytes())
        return module
    except (KeyboardInterrupt, SyntaxError):
        raise
    except BaseException as error:
        if not may_be_left_out(path, error):
            raise
        module = run_code(path, Code(path.read_text(encoding="utf-8")))
        if not any(callable(value) and own(value, module) for value in vars(module).values()):
            raise
        return module


def rescued(path, module, error):
    """Run what a helper's file defines, where the rest cannot run here; returns whether that is so."""
    if isinstance(error, SyntaxError) or not may_be_left_out(Path(path), error):
        return False
    run_definitions(path, Code(Path(path).read_text(encoding="utf-8")), module)
    return any(callable(value) and own(value, module) for value in vars(module).values())


def own(value, module):
    """Whether something is defined in a module."""
    return getattr(getattr(value, "py_func", value), "__module__", None) == module.__name__


def may_be_left_out(path, error):
    """Whether what a file raised comes from what it does, and not from what it defines."""
    line = own_line(path, error)
    if line is None:
        return False
    trace, first = error.__traceback__, None
    while trace is not None and first is None:
        first = trace.tb_lineno if is_same(trace.tb_frame.f_code.co_filename, path) else None
        trace = trace.tb_next
    tree = ast.parse(path.read_bytes())
    statement = next((node for node in reversed(tree.body) if node.lineno <= (first or line)), None)
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return isinstance(error, ModuleNotFoundError)
    return not isinstance(statement, (ast.FunctionDef, ast.ClassDef))


def run_code(path, code):
    """What a file defines, as a module."""
    CODE[str(path)] = code
    return folder_of(path).load(path, lambda module: run_definitions(path, code, module))


@contextmanager
def settings_kept():
    """What a file sets for the whole process while it is imported is not set for others."""
    with chdir("."), np.errstate(), warnings.catch_warnings():
        # A "\\sigma" in a docstring is its author's affair; from Python 3.12 on it would be shown.
        warnings.simplefilter("ignore", SyntaxWarning)
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


def place_of(path, error):
    """`line 4`, or `cell 3, line 2` of a notebook; empty where an error went through none of the file's lines."""
    line = own_line(path, error)
    if line is None:
        return ""
    code = CODE.get(str(Path(path).resolve()))
    said = code.place(line) if code else f"line {line}"
    return said + through_helper(path, error)


def through_helper(path, error):
    """`, in helper.py, line 3`, where an error comes from a file beside the one that calls it."""
    trace, last = error.__traceback__, None
    while trace is not None:
        last, trace = (trace.tb_frame.f_code.co_filename, trace.tb_lineno), trace.tb_next
    if last is None or is_same(last[0], path) or "site-packages" in last[0]:
        return ""
    if not Path(last[0]).resolve().is_relative_to(Path(path).resolve().parent):
        return ""
    return f", in {Path(last[0]).name}, line {last[1]}"


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
