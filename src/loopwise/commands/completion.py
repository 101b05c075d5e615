"""What a shell offers for a value when Tab is pressed: by the name of the option or argument."""

import inspect
from importlib import import_module

DATA = ("loopwise.datasets", "DATASETS")
OPERATIONS = ("loopwise.interface", "OPERATIONS")
IMPLEMENTATIONS = ("loopwise.implementations.registry", "REGISTERED")
# Where the names are, imported when Tab is pressed; and names besides those.
NAMES = {
    "data": (DATA, ()),
    "work": (OPERATIONS, ("logistic", "network", "training")),
    "operation": (OPERATIONS, ()),
    "activation": (("loopwise.interface", "ACTIVATIONS"), ()),
    "loss": (("loopwise.interface", "LOSSES"), ()),
    "optimizer": (("loopwise.interface", "OPTIMIZERS"), ()),
    "initialization": (("loopwise.learning.parameters", "INITIALIZATIONS"), ()),
    "task": (("loopwise.datasets.targets", "TASKS"), ()),
    "implementation": (IMPLEMENTATIONS, ()),
    "implementations": (IMPLEMENTATIONS, ()),
    "baseline": (IMPLEMENTATIONS, ("torch", "jax", "sklearn")),
    "peers": (("loopwise.measure.peers", "PEERS"), ()),
    "name": (("loopwise.demos.demo", "DEMOS"), ()),
}


def complete(function):
    """Let a command's options and arguments be completed, those that take one of some names."""
    for name, parameter in inspect.signature(function).parameters.items():
        if name in NAMES and (function.__name__, name) != ("predict", "data"):  # that is always a file
            (option,) = parameter.annotation.__metadata__
            option.autocompletion = offered(name)


def offered(name):
    """A function that completes one name, or the last of several with commas between them."""
    (module, names), others = NAMES[name]

    def completed(incomplete: str):
        before, comma, begun = incomplete.rpartition(",")
        known = [*others, *getattr(import_module(module), names)]
        taken = before.split(",")
        return [before + comma + each for each in known if each.startswith(begun) and each not in taken]

    return completed
