"""A file's `network_step`: a whole network in one call."""

from dataclasses import dataclass, field

import numpy as np

from ..implementations import get_implementation
from . import codes, parameters, results
from .found import near
from .refusals import refusal
from .whole_network import HIDDEN, OUTPUTS, WholeNetwork, array_of, flat_gradient
from .words import attributes_of


@dataclass
class StepFunction(WholeNetwork):
    """A file's `network_step(architecture, theta, X, Y)`, or with the interface's parameters."""

    chooses: bool = True
    returns: tuple = ("J", "gradient")
    taken: frozenset = frozenset({"architecture"})
    suited: dict = field(default_factory=dict)

    def settings(self):
        """Every number of layers, hidden activation and output; a single layer has no hidden ones."""
        for output, n_y in OUTPUTS:
            yield 1, "identity", output, n_y
        for layers in (2, 3):
            yield from ((layers, hidden, output, n_y) for output, n_y in OUTPUTS for hidden in HIDDEN)

    def settle(self):
        """It keeps to the lecture's way: nothing is to be found out."""
        return True

    def suits(self, given):
        """Whether it looks at the activations that are asked for, or has just these; found out once for each."""
        asked = given["architecture"]
        key = asked.L, asked.activations, asked.loss, asked.n[-1]
        if key not in self.suited:
            self.suited[key] = self.is_suited(asked)
        return self.suited[key]

    def is_suited(self, asked):
        """`suits`, found out on a small network."""
        last = asked.activations[-1], asked.loss
        work = self.make((min(asked.L, 3), asked.activations[0], last, min(asked.n[-1], 3)))
        with np.errstate(all="ignore"):
            try:
                found = self.call(work.inputs)
                expected = work.outputs(get_implementation("numpy_vectorized"))
                if near(found["gradient"], expected["gradient"]):
                    return True
                others = [(asked.activations[0], *other) for other in OUTPUTS]
                others += [(hidden, last, 1) for hidden in HIDDEN]
                settings = [(work.inputs["architecture"].L, *other) for other in others]
                return not any(
                    np.array_equal(self.call(given)["gradient"], found["gradient"])
                    for given in self.others_like(work, settings)
                    if given["architecture"].activations != work.inputs["architecture"].activations
                )
            except Exception as error:
                return not refusal(error, self.function)

    def call(self, given):
        """J and the gradient."""
        self.architecture = architecture = given["architecture"]
        returned = self.function(*self.arguments(architecture, given))
        if isinstance(returned, (tuple, list)) and len(returned) == 2 and isinstance(returned[0], dict):
            returned = returned[::-1]  # the gradient first
        found = results.by_name(returned, self.returns, opened=False)
        gradient = found["gradient"]
        if isinstance(gradient, dict):
            gradient = flat_gradient(gradient, architecture, self.way, 1)
        return {"J": array_of(found["J"]), "gradient": array_of(gradient)}

    def looks_at_settings(self):
        """Whether it has a look at the activations: a step may have just the ones that it has."""
        return len(parameters.signature(self.function)) != 4 or bool(
            {"activations", "g"} & attributes_of(self.function)
        )

    def arguments(self, architecture, given):
        """What it is given, by how many parameters it has."""
        data = given["theta"], given["X"], given["Y"]
        if len(parameters.signature(self.function)) == 4:
            return architecture, *data
        as_code = int if hasattr(self.function, "py_func") else codes.Number
        activations = tuple(codes.code("activation", name, as_code) for name in architecture.activations)
        return *data, architecture.layer_sizes, activations, codes.code("loss", architecture.loss, as_code)
