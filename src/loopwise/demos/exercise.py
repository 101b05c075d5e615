"""Exercises: a student's function is held to the contract, as `loopwise check` holds a whole file."""

from ..contract.check import Verdict
from ..contract.trial import try_operation
from ..errors import OptionError
from ..interface import OPERATIONS
from ..process.foreign_output import OUTPUT, Heard


class Answer(Verdict):
    """A `Verdict` that a notebook shows as one line."""

    def __repr__(self):
        sign = "✓" if self.verdict == "passed" else "✗"
        return f"{sign} {self.operation} {self.verdict}: {self.message}"


def verdict(function):
    """Try a function on the contract suite.

    Parameters
    ----------
    function : callable
        Named like an operation of the interface, with its parameters; takes and returns arrays.

    Returns
    -------
    Answer
        passed or failed, and why: `✗ dot failed: z is …`.

    Raises
    ------
    OptionError
        No operation has this name.
    """
    name = getattr(function, "__name__", "")
    if name not in OPERATIONS:
        raise OptionError(f"no operation is called {name!r} (known: {', '.join(OPERATIONS)})")
    code = getattr(getattr(function, "py_func", function), "__code__", None)
    with OUTPUT.kept():
        said, message = try_operation(name, Heard(name, function), code.co_filename if code else "")
        words = list(OUTPUT.said())
    return Answer(name, said, "; ".join([message, *words]))
