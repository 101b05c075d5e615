"""The process in which somebody's file runs: `python -m loopwise.measure.check_worker FILE SAID OPERATION …`.

Appends a line of JSON to SAID for everything that happens, so that what was said before a crash is not lost.
"""

import json
import sys
from contextlib import nullcontext
from dataclasses import replace

import numpy as np

from .. import workloads
from ..errors import ImplementationError, LoopwiseError, one_line
from ..implementations import get_implementation, parameters_of
from ..implementations._checks import CheckedOperation
from ..implementations._natives import Arrays
from ..implementations._own import load_module, own_line
from ..interface import ACTIVATIONS, LOSSES, OPERATIONS
from ..workloads import is_data
from .agreement import bounds
from .diagnosis import diagnose

# (units, features, examples): an ordinary problem first, for its message says most; then the corners.
SIZES = [(5, 7, 33), (4, 4, 4), (3, 5, 1), (1, 30, 9), (4, 1, 6), (1, 1, 1)]
REFERENCE = "python_loops"
LOGITS = 1000.0  # where exp overflows and a probability is exactly 0 or 1


def cases(name):
    """Every size, activation and loss; last come logits of ±1000."""
    parameters = OPERATIONS[name].parameters
    activations = ACTIVATIONS if "activation" in parameters else ["relu"]
    losses = LOSSES if "loss" in parameters else ["squared"]
    asked = [(a, l) for a in activations for l in losses if l != "cross_entropy" or a in ("sigmoid", "softmax")]
    works = [workloads.operation(name, *size, *setting) for size in SIZES for setting in asked]
    return works + [extreme(work) for work in works if work.sizes.get("m") == SIZES[0][2]]


def extreme(work):
    """The same work with logits of ±1000."""
    given = dict(work.inputs)
    if "Z" in given:
        given["Z"] = LOGITS * np.sign(given["Z"])
        if "A" in given:
            given["A"] = get_implementation("numpy_vectorized").activate(given["Z"], given["activation"])
    elif {"w", "X"} <= set(given):
        given["X"] = given["X"] * (LOGITS / np.abs(given["w"].T @ given["X"]).max())
    return replace(work, inputs=given)


def try_operation(name, function, path):
    """(verdict, message) for one operation of the file."""
    if not callable(function):
        return "failed", f"{name} is {type(function).__name__}; expected a function"
    parameters, wanted = parameters_of(function), OPERATIONS[name].parameters
    if len(parameters) != len(wanted):
        return "failed", f"{name}({', '.join(parameters)}); expected ({', '.join(wanted)})"
    tried = cases(name)
    for work in tried:
        try:
            wrong = try_case(name, function, work)
        except KeyboardInterrupt:  # in a notebook: somebody is tired of waiting
            raise
        except BaseException as error:  # whatever somebody's function raises is its verdict
            line = own_line(path, error)
            return "failed", (f"line {line}: " if line else "") + one_line(error)
        if wrong:
            return "failed", wrong
    return "passed", f"{len(tried)} cases"


def try_case(name, function, work):
    """What is wrong in one case; empty if nothing is."""
    reference = get_implementation(REFERENCE)
    expected, bound = work.outputs(reference), bounds(work)
    kept = {key: value.copy() for key, value in work.inputs.items() if is_data(value)}
    returned = []

    def watched(*arguments):
        returned.append(function(*arguments))
        return returned[-1]

    checked = CheckedOperation(OPERATIONS[name], watched, Arrays(), nullcontext())
    try:
        checked(*work.inputs.values())
    except (TypeError, ValueError, AttributeError, IndexError):
        if not returned:  # it was not the result that could not be read
            raise
    for key, value in kept.items():
        if not np.array_equal(value, work.inputs[key]):
            return f"{key} is changed in place — work on a copy: others still need it"
    return diagnose(work, tuple(OPERATIONS[name].returns), returned[-1], expected, bound)


def main():
    """Import the file, then try each operation."""
    path, said, *names = sys.argv[1:]
    with open(said, "a") as lines:

        def say(**event):
            print(json.dumps(event), file=lines, flush=True)

        try:
            module = load_module(path)
        except ImplementationError as error:
            say(refused=str(error))
            return
        for name in names:
            say(begun=name)
            if not hasattr(module, name):
                say(operation=name, verdict="missing", message="")
                continue
            try:
                verdict, message = try_operation(name, getattr(module, name), path)
            except LoopwiseError as error:
                verdict, message = "failed", str(error)
            say(operation=name, verdict=verdict, message=message)


if __name__ == "__main__":
    main()
