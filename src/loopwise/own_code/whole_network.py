"""What whole networks have in common: the work that they are tried on, and the parts of their gradient."""

from dataclasses import dataclass, field, replace

import numpy as np

from ..errors import ResultError
from ..learning.parameters import views
from . import parameters
from .evidence import Evidence
from .results import plain
from .ways import LECTURE, Way
from .works import EXAMPLES, network

HIDDEN = ("relu", "tanh", "sigmoid", "leaky_relu", "identity")
SIGMOID, CLASSES = (("sigmoid", "cross_entropy"), 1), (("softmax", "cross_entropy"), 3)
# The last layer's activation, the loss, and how many outputs.
OUTPUTS = (SIGMOID, CLASSES, (("identity", "squared"), 1))
DIMS = {"X": ("n[0]", "m"), "A": ("n[L]", "m"), "Y": ("n[L]", "m"), "W": ("n[l]", "n[l-1]"), "b": ("n[l]", 1)}
DIMS |= {"dW": DIMS["W"], "db": DIMS["b"]}


@dataclass
class WholeNetwork:
    """What networks have in common: the work that they are tried on, and how their gradient falls into parts."""

    name: str
    function: object
    way: Way = LECTURE
    architecture: object = None  # of the work that was done last
    operation: str = "network_step"
    exact_name: bool = False
    others: list = field(default_factory=list)
    partners: list = field(default_factory=list)
    beside: Evidence | None = None
    settled: bool | None = None

    is_direct = False
    is_homonym = False
    takes_dicts = False

    @property
    def convention(self):
        """What is transposed or summed, in words."""
        return self.way.said()

    def works(self, setting, seed=0):
        """Several examples, and one."""
        return [self.make(setting, seed), self.make(setting, seed, examples=1)]

    def make(self, setting, seed=0, examples=EXAMPLES):
        """The work of a setting: how many layers, the hidden layers' activation, the output, how many outputs."""
        return network(*setting, seed, examples)

    def maker(self, setting):
        """What makes its work with as many examples as are asked for."""
        return lambda size: self.make(setting, examples=size[2])

    def goes_right(self):
        """Whether it shows which orientation its file has: what is called in the lecture's does not."""
        return False

    def looks_at_settings(self):
        """Whether it may look at what is asked for."""
        return True

    def others_like(self, work, settings):
        """The same numbers with the activations of other settings of as many layers."""
        sizes = work.inputs["architecture"].layer_sizes
        for setting in settings:
            other = self.make(setting).inputs["architecture"]
            if len(other.layer_sizes) == len(sizes):
                yield work.inputs | {"architecture": replace(other, layer_sizes=sizes)}

    def refuses_unknown(self, work):
        """No network can be asked for with a name that there is not."""
        return False

    def not_offered_names(self, missing, offered):
        """Hidden activations, outputs and numbers of layers that are never offered."""
        hidden = dict.fromkeys(setting[1] for setting in missing if setting[0] > 1)
        outputs = dict.fromkeys(setting[2][0] for setting in missing)
        names = [name for name in hidden if name not in {setting[1] for setting in offered if setting[0] > 1}]
        names += [f"{name} output" for name in outputs if name not in {setting[2][0] for setting in offered}]
        layers, given = dict.fromkeys(setting[0] for setting in missing), {setting[0] for setting in offered}
        names += [f"{count} layer{'s' * (count > 1)}" for count in layers if count not in given]
        return tuple(names)

    def setting_name(self, setting):
        """`2 layers (tanh, softmax)`."""
        layers, hidden, (output, _), _ = setting
        return f"{layers} layer{'s' * (layers > 1)} ({f'{hidden}, ' if layers > 1 else ''}{output})"

    def pieces(self, name, flat):
        """The parts of a gradient, the last layer first: (label, slice, shape)."""
        if name != "gradient":
            return []
        found, start = [], 0
        for symbol, l, shape in self.architecture.parts():
            size = shape[0] * shape[1]
            found.append((l, (f"d{symbol}[{l}]", slice(start, start + size), shape)))
            start += size
        return [piece for _, piece in sorted(found, key=lambda one: -one[0])]

    def explain(self, wrong, right):
        """Where the error is made, by which parts of the gradient are wrong."""
        layers = sorted({int(name[3:-1]) for name in wrong if name.startswith("d")})
        last = self.architecture.L
        if layers and layers[-1] < last and f"dW[{last}]" in right:
            return f"look at what goes back through hidden layer {layers[-1]}"
        return ""


# === numbers and dicts ================================================================================


def dict_of(theta, architecture):
    """theta as the course's dict, in the lecture's way."""
    W, b, _ = views(theta, architecture)
    return {f"{symbol}{l}": parts[l] for l in W for symbol, parts in (("W", W), ("b", b))}


def array_of(value):
    """Numbers as an array; what is none stays as it is."""
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return value


def flat_gradient(grads, architecture, way, m):
    """The gradient as a vector, from a dict with dW1, db1, …

    Raises
    ------
    ResultError
        It is no dict, lacks a layer, or has a part of another shape.
    """
    if not isinstance(grads, dict):
        raise ResultError(f"returns {type(grads).__name__}; expected a dict with dW1, db1, …")
    keys, parts = {plain(str(key)): key for key in grads}, []
    for symbol, l, shape in architecture.parts():
        key = keys.get(f"d{symbol}{l}".lower(), keys.get(f"{symbol}{l}".lower()))
        if key is None:
            raise ResultError(f"grads has no 'd{symbol}{l}'; it has {', '.join(map(repr, list(grads)[:8]))}")
        part = way.ours(f"d{symbol}", array_of(grads[key]), DIMS[symbol], m)
        if np.shape(part) != shape:
            raise ResultError(f"d{symbol}[{l}] is {np.shape(grads[key])}; expected {shape}")
        parts.append(part.ravel())
    return np.concatenate(parts)


def call_by_role(function, roles, values):
    """Call a function with values by role."""
    positional, keywords = parameters.arguments(function, roles, values)
    return function(*positional, **keywords)
