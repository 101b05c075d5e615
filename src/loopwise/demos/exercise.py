"""Exercises: a student's function is held to the contract, as `loopwise check` holds a whole file."""

from inspect import isfunction

from ..contract.check import Verdict
from ..contract.trial import try_found, why_missing
from ..errors import OptionError
from ..interface import OPERATIONS
from ..own_code.recognition import recognise_function
from ..process.foreign_output import OUTPUT, Heard


class Answer(Verdict):
    """A `Verdict` that a notebook shows as one line."""

    def __repr__(self):
        sign = {"passed": "✓", "unstable": "~"}.get(self.verdict, "✗")
        name = self.name if self.name == self.operation else f"{self.name} ({self.operation})"
        told = [self.message] if self.message else []
        told += [f"convention: {self.convention}"] if self.convention else []
        told += [f"not offered: {', '.join(self.not_offered)}"] if self.not_offered else []
        return f"{sign} {name} {self.verdict}: {'; '.join(told)}"


def verdict(function):
    """Try a function on the contract suite.

    Parameters
    ----------
    function : callable
        Named like an operation of the interface, or as a course calls it (docs/own-code.md); takes and returns arrays.

    Returns
    -------
    Answer
        passed, unstable or failed, and why: `✗ dot failed: z is …`.

    Raises
    ------
    OptionError
        No operation has this name.
    """
    name = getattr(function, "__name__", "")
    found = recognise_function(function, name) if isfunction(getattr(function, "py_func", function)) else None
    if found is None and name in OPERATIONS and callable(function):
        raise OptionError(why_missing(name, function))
    if found is None:
        raise OptionError(f"no operation is called {name!r} (known: {', '.join(OPERATIONS)})")
    code = getattr(getattr(function, "py_func", function), "__code__", None)
    for one in (found, *found.others):
        one.function = Heard(name, function)
    with OUTPUT.kept():
        said = try_found(found, code.co_filename if code else "")
        words = list(OUTPUT.said())
    message = "; ".join(filter(None, [said.message, *words]))
    return Answer(found.operation, said.verdict, message, name, said.convention, said.not_offered)
