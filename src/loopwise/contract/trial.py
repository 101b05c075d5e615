"""One operation of one's own code, tried: on every size, activation and loss, and again and again.

A function is right if its results are within the rounding bound of the reference's, and the same in every call.
"""

import time
from contextlib import nullcontext
from dataclasses import replace

import numpy as np

from .. import workloads
from ..errors import one_line
from ..implementations import get_implementation, parameters_of
from ..implementations.checked_operation import CheckedOperation
from ..implementations.from_file import own_line
from ..implementations.native_data import Arrays
from ..interface import ACTIVATIONS, LOSSES, OPERATIONS
from ..workloads import is_data
from .agreement import bounds
from .diagnosis import at, diagnose
from .repeated import (
    TOO_LONG,
    arrays_of,
    beyond,
    call_again,
    furthest,
    growing,
    leave_garbage,
    same_bits,
    starts_threads,
)

# (units, features, examples): an ordinary problem first, for its message says most; then the corners.
SIZES = [(5, 7, 33), (4, 4, 4), (3, 5, 1), (1, 30, 9), (4, 1, 6), (1, 1, 1)]
REFERENCE = "python_loops"
LOGITS = 1000.0  # where exp overflows and a probability is exactly 0 or 1
KEPT = "is something kept between calls?"
OTHER_THREADS = "; not the same bits with other numbers of threads, but within rounding"
ANY_TIME = "; not the same bits twice, but within rounding"
# Whose time it is: the function's, which `check --timeout` limits, its own when it is called again and again, the
# compiler's, or that of the check itself.
RUNNING, REPEATING, COMPILING, CHECKING = "running", "repeating", "compiling", "checking"


def cases(name):
    """Every size, activation and loss; last come logits of ±1000."""
    parameters = OPERATIONS[name].parameters
    activations = ACTIVATIONS if "activation" in parameters else ["relu"]
    losses = LOSSES if "loss" in parameters else ["squared"]
    asked = [(a, l) for a in activations for l in losses if l != "cross_entropy" or a in ("sigmoid", "softmax")]
    works = [workloads.operation(name, *size, *setting) for size in SIZES for setting in asked]
    return works + [extreme(work) for work in works if work.sizes.get("m") == SIZES[0][2]]


def extreme(work):
    """A piece of work with logits of ±1000 in place of its own."""
    given = dict(work.inputs)
    if "Z" in given:
        given["Z"] = LOGITS * np.sign(given["Z"])
        if "A" in given:
            given["A"] = get_implementation("numpy_vectorized").activate(given["Z"], given["activation"])
    elif {"w", "X"} <= set(given):
        given["X"] = given["X"] * (LOGITS / np.abs(given["w"].T @ given["X"]).max())
    return replace(work, inputs=given)


def try_operation(name, function, path, contract="rounding", clock=None):
    """Try one operation of a file.

    Parameters
    ----------
    name : str
    function : callable
    path : str
        The file that it is from.
    contract : "exact" or "rounding"
        An exact function has the same bits again, however many threads there are.
    clock : callable(str), optional
        Called with the phase whose time begins.

    Returns
    -------
    verdict, message : str
    """
    if not callable(function):
        return "failed", f"{name} is {type(function).__name__}; expected a function"
    parameters, wanted = parameters_of(function), OPERATIONS[name].parameters
    if len(parameters) != len(wanted):
        return "failed", f"{name}({', '.join(parameters)}); expected ({', '.join(wanted)})"
    trial = Trial(name, function, contract, clock or (lambda phase: None))
    try:
        wrong = trial.run()
    except KeyboardInterrupt:  # in a notebook, by a user who is tired of waiting
        raise
    except BaseException as error:  # whatever a user's function raises is its verdict
        line = own_line(path, error)
        return "failed", (f"line {line}: " if line else "") + one_line(error)
    return ("failed", wrong) if wrong else ("passed", f"{trial.tried} cases{trial.note}")


class Trial:
    """One function on every case: is it right, and is it the same again?

    Attributes
    ----------
    tried : int
        How many cases it was given.
    note : str
        What is to be said though nothing is wrong.
    """

    def __init__(self, name, function, contract, clock):
        self.name, self.function, self.contract, self.clock = name, function, contract, clock
        self.returns = tuple(OPERATIONS[name].returns)
        self.tried, self.note, self.known = 0, "", (None,)

    def run(self):
        """What is wrong; empty if nothing is."""
        works = cases(self.name)
        for work in works:
            if wrong := self.try_case(work):
                return wrong
        return self.between_calls(works[0]) or self.large_case()

    def try_case(self, work):
        """What is wrong in one case; empty if nothing is. What is wrong only once is said to be so."""
        self.tried += 1
        expected, bound = self.reference(work)
        kept = {key: value.copy() for key, value in work.inputs.items() if is_data(value)}
        leave_garbage(expected)
        results = self.call_timed(work)
        for key, value in kept.items():
            if not np.array_equal(value, work.inputs[key]):
                return f"{key} is changed in place — work on a copy: others still need it"
        wrong, first = diagnose(work, self.returns, results, expected, bound), arrays_of(self.returns, results)
        if wrong and first:
            return self.not_the_same(work, first, first, bound) or wrong
        return wrong

    def call_timed(self, work):
        """`call`, as the function's own time."""
        self.clock(RUNNING)
        try:
            return self.call(work)
        finally:
            self.clock(CHECKING)

    def call(self, work):
        """What the function returns, as it returns it."""
        returned = []

        def watched(*arguments):
            returned.append(self.function(*arguments))
            return returned[-1]

        checked = CheckedOperation(OPERATIONS[self.name], watched, Arrays(), nullcontext())
        try:
            checked(*work.inputs.values())
        except (TypeError, ValueError, AttributeError, IndexError):
            if not returned:  # it was not the result that could not be read
                raise
        return returned[-1]

    def between_calls(self, work):
        """What a call leaves behind for the next one, which has the same shapes; empty if nothing."""
        first = self.call_timed(work)
        kept = arrays_of(self.returns, first)
        settings = [work.inputs[kind] for kind in ("activation", "loss") if kind in work.inputs]
        other = workloads.operation(self.name, *SIZES[0], *settings, seed=1)
        if wrong := self.try_case(other):
            stale = same_bits(kept, arrays_of(self.returns, self.call_timed(other)))
            return wrong + (f" — the results of an earlier call: {KEPT}" if stale else "")
        if not same_bits(kept, arrays_of(self.returns, first)):
            return "a later call changes what an earlier one has returned — make a new array in every call"
        return self.try_again(work, kept)

    def large_case(self):
        """Work that takes threads a while; empty if it is right, the same every time, or would take too long."""
        for work in growing(self.name):
            begun = time.perf_counter()
            first = arrays_of(self.returns, self.call_timed(work))
            if time.perf_counter() - begun > TOO_LONG:
                return ""
        return self.try_case(work) or self.try_again(work, first)

    def try_again(self, work, first):
        """What is wrong when the same call is made again; empty if nothing is."""
        expected, bound = self.reference(work)
        return self.not_the_same(work, first, {name: np.asarray(value) for name, value in expected.items()}, bound)

    def not_the_same(self, work, first, centre, bound):
        """`not the same twice: …`, where a later result is further from `centre` than rounding can be.

        Empty where none is; then bits that differ from the first result's are noted, or refused if they must not.
        """
        usual = {}  # number of threads -> the first result with so many
        self.clock(REPEATING)
        try:
            for count, results in call_again(lambda: self.call(work), lambda: self.note == ANY_TIME):
                later = arrays_of(self.returns, results)
                again = same_bits(usual.setdefault(count, later), later)
                if again and same_bits(first, later):
                    continue
                if self.contract == "exact" or beyond(bound, centre, later):
                    threads = f", {count} threads" if count > 1 and starts_threads() else ""
                    return f"not the same twice: {furthest(first, later)}, {at(work)}{threads} — {why_not_the_same()}"
                self.note = self.note or OTHER_THREADS if again else ANY_TIME
        finally:
            self.clock(CHECKING)
        return ""

    def reference(self, work):
        """What is expected, and each result's rounding bound; kept for the next question about the same work."""
        if self.known[0] is not work:
            self.known = work, work.outputs(get_implementation(REFERENCE)), bounds(work)
        return self.known[1:]


def why_not_the_same():
    """What is probably behind results that change."""
    if starts_threads():
        return f"do threads write to the same numbers, or {KEPT}"
    return f"{KEPT.removesuffix('?')}, or read that was never written (np.empty)?"
