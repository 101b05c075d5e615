"""Does an exception say that an activation or a loss is not offered, or is it a mistake?"""

import dis
import inspect
import linecache
from pathlib import Path


def refusal(error, function, asked=()):
    """Whether an exception says that something is not offered: raised in the user's own code, or not looked up.

    Parameters
    ----------
    error : BaseException
    function : callable
        The user's.
    asked : tuple
        What was asked for: a key that is not there is none of them otherwise.
    """
    if isinstance(error, KeyError):
        return bool(error.args) and any(error.args[0] == one for one in asked)
    if isinstance(error, (UnboundLocalError, NotImplementedError)):
        return True
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    code = trace.tb_frame.f_code
    is_raised = code.co_code[max(trace.tb_lasti, 0)] == dis.opmap["RAISE_VARARGS"]  # a `raise`, or an `assert`
    text = linecache.getline(code.co_filename, trace.tb_lineno).strip()  # of compiled code there is the line alone
    is_raised = is_raised or text.startswith("raise")
    return is_raised and Path(code.co_filename).parent == Path(file_of(function)).parent


def file_of(function):
    """The file of a function, compiled or not."""
    own = inspect.unwrap(function)
    return getattr(getattr(own, "py_func", own), "__code__", refusal.__code__).co_filename
