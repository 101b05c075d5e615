"""A user's file as an implementation: what was recognised in it, behind the interface's own names and shapes."""

import inspect
from contextlib import redirect_stderr, redirect_stdout
from functools import lru_cache
from io import StringIO
from types import ModuleType

import numpy as np

from ..errors import ImplementationError, ResultError
from ..implementations.checked_operation import describe
from ..implementations.from_file import declared
from ..interface import ACTIVATIONS, LOSSES, NAMES, OPERATIONS, OPTIONAL
from ..learning.architecture import Architecture
from ..process.foreign_output import Heard
from .parameters import signature
from .passes import Passes
from .recognition import recognise
from .step_function import StepFunction


def completed(name, module, speaker):
    """A module with every operation: those that the file lacks are errors when they are called.

    Parameters
    ----------
    name : str
        What the implementation is called.
    module : module
    speaker : str
        Whose output it is when a function prints.
    """
    recognised, whole = recognise(module), ModuleType(name)
    whole.__all__ = list(OPERATIONS)
    whole.USES_THREADS = getattr(module, "USES_THREADS", False)
    for one in recognised.found:
        for form in (one, *one.others, *one.partners):
            if not isinstance(form.function, Heard):
                form.function = Heard(speaker, form.function)
    lists = declared(module)[0] == "python"
    served = {op.name: [one for one in recognised.found if serves(one, op)] for op in OPERATIONS.values()}
    whole.MISSING = [operation for operation, found in served.items() if not found]
    for operation in OPERATIONS.values():
        found = served[operation.name]
        lacking = absent(name, operation, whole.MISSING)
        setattr(whole, operation.name, Adapter(name, operation, found, lists) if found else lacking)
    if step := whole_step(recognised.found):
        whole.network_step = Adapter(name, OPTIONAL["network_step"], [step])
    for operation in (OPTIONAL["example_losses"], OPTIONAL["train_epochs"]):
        function = getattr(module, operation.name, None)
        if callable(function) and tuple(one for one, _ in signature(function) or ()) == operation.parameters:
            setattr(whole, operation.name, Heard(speaker, function))
    return whole


def serves(found, operation):
    """Whether a function returns all that an operation does, from what the operation takes."""
    return found.operation == operation.name and set(found.returns) == set(operation.returns)


def whole_step(found):
    """The file's whole network, if it has one: its `network_step`, or both passes and the cost."""
    networks = [one for one in found if isinstance(one, (StepFunction, Passes))]
    step = next((one for one in networks if not isinstance(one, Passes)), None)
    back = next((one for one in networks if isinstance(one, Passes) and one.what == "backward"), None)
    if step is None and back is not None and back.cost is not None:
        back.what = "step"
        return back
    return step


class Adapter:
    """An operation as the interface calls it, done by functions of a user's file.

    Which way they go is found out at the first call. Whole numbers become floating-point ones, so that a result's type
    is no disagreement.
    """

    def __init__(self, name, operation, found, lists=False):
        self.name, self.operation, self.found = name, operation, found
        self.lists = lists  # nested lists come and go: nothing is in between
        self.settled, self.direct = [], found[0] if lists and found[0].exact_name else None
        self.__name__ = operation.name
        self.__wrapped__ = getattr(found[0].function, "__wrapped__", found[0].function)
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.__signature__ = inspect.Signature([inspect.Parameter(one, kind) for one in operation.parameters])

    def __call__(self, *arguments):
        if self.direct is not None:
            results = self.direct.direct(arguments)
            return results if self.lists else self.in_form(results)
        given = dict(zip(self.operation.parameters, arguments))
        given |= {kind: NAMES[kind][given[kind]] for kind in NAMES if isinstance(given.get(kind), int)}
        if "layer_sizes" in given:
            given["architecture"] = architecture_of(given["layer_sizes"], given["activations"], given["loss"])
        if "dZ" in given and "W" in given:
            given["b"] = np.zeros((len(given["W"]), 1), given["W"].dtype)
        found = self.chosen(given)
        if found.is_direct and len(self.found) == 1:
            self.direct = found
            return self(*arguments)
        results = found.call(given)
        return self.in_form(tuple(results[name] for name in self.operation.returns))

    def chosen(self, given):
        """The function that offers what is asked for.

        Raises
        ------
        ImplementationError
            None does.
        """
        for found in self.found:
            if not any(found is one for one in self.settled):
                with redirect_stdout(StringIO()), redirect_stderr(StringIO()):  # what it prints, it will print again
                    found.settle()
                self.settled.append(found)
            if found.suits(given) and not found.is_homonym:
                return found
        raise ImplementationError(f"{self.name} has no {self.operation.name} {asked_for(given)}")

    def in_form(self, results):
        """Results as the interface's, floating-point."""
        if len(self.operation.returns) == 1:
            results = results if isinstance(results, tuple) and len(results) == 1 else (results,)
            return self.in_forms(results)[0]
        return self.in_forms(results) if isinstance(results, (tuple, list)) else results

    def in_forms(self, results):
        """Each result as the interface's; a number in an array of several dimensions is refused."""
        results = tuple(map(floating, results))
        for (name, dims), result in zip(self.operation.returns.items(), results):
            if not dims and np.ndim(result):
                raise ResultError(
                    f"{name} is {describe(np.shape(result))}; expected a number — at least one dimension too many: "
                    "take the number out with .item()"
                )
        return results


@lru_cache(maxsize=64)
def architecture_of(layer_sizes, activations, loss):
    """What a network's settings, which come as numbers, describe."""
    name = loss if isinstance(loss, str) else LOSSES[loss]
    return Architecture(layer_sizes, tuple(ACTIVATIONS[code] for code in activations), name)


def floating(value):
    """A result with floating-point numbers; a number stays one, what is no number stays as it is."""
    if isinstance(value, float) or value is None:
        return value
    array = np.asarray(value)
    if array.dtype.kind in "iub":
        array = array.astype(np.float64)
    return array[()] if array.ndim == 0 and array.dtype.kind == "f" else array


def asked_for(given):
    """What was asked for and is not offered: `for tanh`, or a network's activations."""
    if "architecture" in given:
        return f"for {', '.join(given['architecture'].activations)} and {given['architecture'].loss}"
    return "for " + " and ".join(given[kind] for kind in reversed(NAMES) if kind in given)


# What a step of a network is made of: of these, all that are missing are named at once.
OF_NETWORKS = ("layer_forward", "cost", "output_delta", "activation_backward", "layer_backward", "layer_gradient")


def absent(name, operation, missing=()):
    """Stands where an operation is missing; `missing` are all that are."""

    def call(*arguments):
        others = [one for one in OF_NETWORKS if one in missing and one != operation.name]
        others = others if operation.name in OF_NETWORKS else []
        raise ImplementationError(f"{name} has no {operation.name}" + (f", nor {', '.join(others)}" if others else ""))

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    call.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in operation.parameters])
    return call
