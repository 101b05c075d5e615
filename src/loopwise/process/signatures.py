"""The parameters of other people's functions."""

import inspect
import sys


def parameters_of(function):
    """The parameters of a function, compiled or not, by name.

    From Python 3.14 on, annotations are evaluated when they are asked for: one that names what is not there would be an
    error here, though the function runs.

    Raises
    ------
    TypeError, ValueError
        It does not tell them.
    """
    how = {}
    if sys.version_info >= (3, 14):
        from annotationlib import Format

        how["annotation_format"] = Format.FORWARDREF
    return inspect.signature(getattr(function, "py_func", function), **how).parameters
