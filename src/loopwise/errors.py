"""The exceptions of loopwise: each message is one line, in the lecture's symbols."""

import re
from difflib import get_close_matches
from itertools import pairwise

SHOWN = 200  # characters of another program's error message
END = 80  # of them, from its end
HEADLINE = "Failed in nopython mode pipeline"  # the first line of what Numba cannot compile
SPECIFIC = "raised a specific error:"  # what comes before a reason of Numba's
NAMED = re.compile(r"\w+Error: ")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class LoopwiseError(Exception):
    """Anything that loopwise refuses. Also a `ValueError` or a `TypeError`, whichever Python would raise."""


class ShapeError(LoopwiseError, ValueError):
    """Arrays that do not fit each other, are empty, or have the wrong number of dimensions."""


class DTypeError(LoopwiseError, TypeError):
    """Numbers of a type that an implementation does not compute with."""


class NotFiniteError(LoopwiseError, ValueError):
    """NaN or infinity where a number is needed."""


class LabelError(LoopwiseError, ValueError):
    """Labels that the loss cannot take: outside {0, 1}, or not one-hot for softmax."""


class ArchitectureError(LoopwiseError, ValueError):
    """A network that cannot be built."""


class OptionError(LoopwiseError, ValueError):
    """A hyper-parameter or an option outside its range."""


class UnknownNameError(LoopwiseError, ValueError):
    """A name that nothing here has; the message offers the nearest known one, and says what is taken besides."""

    def __init__(self, kind, name, known, besides=""):
        near = get_close_matches(str(name), known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        super().__init__(f"unknown {kind} {name!r}{hint} (known: {', '.join(known)})" + (besides and f"; {besides}"))
        self.given = kind, name, known, besides

    def __reduce__(self):
        return type(self), self.given  # it may be raised in another process


class ImplementationError(LoopwiseError, TypeError):
    """An implementation that does not supply the interface's operations, no more and no fewer."""


class DataFileError(LoopwiseError, ValueError):
    """A file or a folder of data that is missing, or cannot be read."""


class OutputFileError(LoopwiseError, ValueError):
    """A file that cannot be written."""


class ForkError(LoopwiseError, RuntimeError):
    """Threads are needed in a process that was forked from one which had started them."""


class ContractError(LoopwiseError, ValueError):
    """An implementation that does what none may do."""


class ResultError(LoopwiseError, ValueError):
    """What a user's function returned cannot be its operation's result: a sentence for who wrote it."""


class DisagreementError(LoopwiseError, ValueError):
    """An implementation whose results break its contract."""


class LoopwiseWarning(UserWarning):
    """Something that is no error, in one line."""


class CacheWarning(LoopwiseWarning):
    """Compiled code cannot be kept: the next process compiles again."""


def found_by_numba(lines):
    """What Numba has found, below its headline: the call that it has no implementation of, and why."""
    call = next((line[4:] for line in lines if line.startswith(">>> ")), None)
    if call is None:
        return lines[0] if lines else ""
    reason = next((line for before, line in pairwise(lines) if before.endswith(SPECIFIC)), "")
    return f"no implementation of {call}" + (f": {NAMED.sub('', reason, count=1)}" if reason else "")


def one_line(error):
    """An exception of other code in one line: its name and the first line that is not empty, cut short.

    What Numba finds comes below its headline; where that is another exception it has a name already.
    """
    said = COLOUR.sub("", error.msg if isinstance(error, SyntaxError) else str(error))
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    below = [line for line in lines if not line.startswith(HEADLINE)]
    first = found_by_numba(below) if below != lines else (below or [""])[0]
    text = f"{type(error).__name__}: {first}" if first else type(error).__name__
    if below != lines and NAMED.match(first):
        text = first
    if len(text) <= SHOWN:
        return text
    # NumPy says at the end of its lines which sizes do not fit.
    return f"{text[: SHOWN - END - 1]}…{text[-END:]}"
