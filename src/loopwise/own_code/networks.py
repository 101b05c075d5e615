"""Whole networks: a file's `network_step`, or what is put together from its forward and its backward pass.

Parameters come as the file takes them: as theta, or as the course's dict with `W1`, `b1`, …; the gradient is told
layer by layer.
"""

import re
from dataclasses import dataclass, field, replace

import numpy as np

from ..errors import ResultError
from ..implementations import get_implementation
from ..interface import OPTIONAL
from ..learning.parameters import views
from . import codes, parameters, results, ways
from .evidence import Evidence
from .found import Found, examples_of, near, refusal
from .results import plain
from .ways import LECTURE, Way
from .words import attributes_of
from .works import EXAMPLES, network

HIDDEN = ("relu", "tanh", "sigmoid", "leaky_relu", "identity")
BENT = HIDDEN[:-1]  # without one of them a hidden layer is none
SIGMOID, CLASSES = (("sigmoid", "cross_entropy"), 1), (("softmax", "cross_entropy"), 3)
# The last layer's activation, the loss, and how many outputs.
OUTPUTS = (SIGMOID, CLASSES, (("identity", "squared"), 1))
DIMS = {"X": ("n[0]", "m"), "A": ("n[L]", "m"), "Y": ("n[L]", "m"), "W": ("n[l]", "n[l-1]"), "b": ("n[l]", 1)}
DIMS |= {"dW": DIMS["W"], "db": DIMS["b"]}
FORWARD = (
    "lmodelforward forwardpropagation modelforward forwardprop forward feedforward networkforward forwardpass "
    "fullforwardpropagation forwardpropagate nnforward propagateforward forwardpropagationn modelforwardpropagation"
)
BACKWARD = (
    "lmodelbackward backwardpropagation backprop modelbackward backward backwardprop backpropagation networkbackward "
    "fullbackwardpropagation backpropagate nnbackward propagatebackward backwardpass modelbackwardpropagation"
)
OF_BACKWARD = ("AL", "Y", "caches", "parameters", "X")
FIXED = {"keep_prob": 1.0, "l2": 0.0}  # nothing is dropped, and no weight costs anything
NETWORK_WAYS = (LECTURE, ways.ROWS, ways.ROWS_FLAT)


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

    @property
    def convention(self):
        """What is turned or summed, in words."""
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


@dataclass
class StepFunction(WholeNetwork):
    """A file's `network_step(architecture, theta, X, Y)`, or with the interface's parameters."""

    chooses: bool = True
    returns: tuple = ("J", "gradient")
    taken: frozenset = frozenset({"architecture"})

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
        """Whether it looks at the activations that are asked for, or has just these."""
        asked = given["architecture"]
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


@dataclass
class Passes(WholeNetwork):
    """A forward pass, and perhaps a backward pass: functions of a file that take a dict of parameters.

    Attributes
    ----------
    forward, backward : (callable, list of (str, str))
        The function, and the role of each parameter.
    cost : Found or None
    what : "forward", "backward" or "step"
        Which results are asked for.
    hidden, output, n_y, layers :
        What its networks are like, found out by `settle`.
    """

    forward: tuple = ()
    backward: tuple = ()
    cost: Found | None = None
    what: str = "forward"
    chooses: bool = False
    hidden: str = "relu"
    output: tuple = SIGMOID
    layers: tuple = (1, 2, 3)
    oriented: bool | None = None
    fixed = FIXED
    taken: frozenset = frozenset()

    @property
    def returns(self):
        return {"forward": ("A",), "backward": ("gradient",), "step": ("J", "gradient")}[self.what]

    def settings(self):
        """Every number of layers that it offers, with the activations that it has."""
        return [(layers, self.hidden, *self.output) for layers in self.layers]

    def suits(self, given):
        """Whether it has the activations that are asked for."""
        asked, (output, _) = given["architecture"], self.output
        hidden = (self.hidden,) * (asked.L - 1)
        return asked.activations == (*hidden, output[0]) and asked.loss == output[1]

    # === finding out what it has =====================================================================

    def settle(self):
        """Find out its orientation, its activations, and whether it has a fixed number of layers."""
        if self.settled is None:
            self.settled = self.orient()
            if self.settled and self.what != "forward":
                self.way = self.with_sums(self.way)
        return self.settled

    def orient(self):
        """Find out what its prediction says: its orientation, its activations, its layers; whether it is right."""
        if self.oriented is not None:
            return self.oriented
        tried = []
        for way in NETWORK_WAYS:
            for output in OUTPUTS:
                for hidden in BENT:
                    self.way, self.hidden, self.output = way, hidden, output
                    tried.append((self.distance(2), len(tried), way, hidden, output))
                    if tried[-1][0] == 0:
                        break
        distance, _, self.way, self.hidden, self.output = min(tried)
        self.layers = tuple(L for L in (1, 2, 3) if self.offers(L)) or (2,)
        self.oriented = distance == 0
        return self.oriented

    def with_sums(self, way):
        """The way with sums over the examples, where every part of the gradient is right only as one.

        A file whose cost is a mean has no gradient that is a sum; one without a cost may, with examples in rows.
        """
        gradient = self.gradient_way()
        if gradient is None or not gradient.sums:
            return way
        has_sum = self.cost.settle() and self.cost.way.sums if self.cost is not None else way.rows
        return gradient if has_sum else way

    def goes_right(self):
        """Whether its prediction is right."""
        return bool(self.orient()) if self.settled is None else self.settled

    def gradient_way(self):
        """The way in which its gradient is right, whatever its cost is; None where it is right in none."""
        if not self.orient():
            return None
        right = replace(self, settled=True)
        for sums in (False, True):
            right.way = replace(self.way, sums=sums)
            if right.gradient_is_near():
                return right.way
        return None

    def distance(self, layers):
        """How far its prediction is from what is expected; infinite where it does not run, 0 where it is near."""
        work = self.make((layers, self.hidden, *self.output))
        with np.errstate(all="ignore"):
            try:
                A = replace(self, what="forward").call(work.inputs)["A"]
            except KeyboardInterrupt:
                raise
            except BaseException:
                return np.inf
            expected = work.outputs(get_implementation("numpy_vectorized"))["A"]
        if np.shape(A) != expected.shape:
            return np.inf
        off = float(np.abs(A - expected).max())
        return 0.0 if near(A, expected) else off if np.isfinite(off) else np.inf

    def gradient_is_near(self):
        """Whether every number of the gradient is near what is expected, with as many layers as it has."""
        work = self.make((self.layers[-1], self.hidden, *self.output))
        with np.errstate(all="ignore"):
            try:
                found = self.call(work.inputs)["gradient"]
            except KeyboardInterrupt:
                raise
            except BaseException:
                return False
            return near(found, work.outputs(get_implementation("numpy_vectorized"))["gradient"])

    def offers(self, layers):
        """Whether it has no fixed number of layers that is another one.

        It has where it asks for the parameters of a layer that there is not, or never for those of the last one.
        """
        work = self.make((layers, self.hidden, *self.output))
        watched = Watched(self.parameters(work.inputs))
        try:
            call_by_role(*self.forward, self.fixed | {"X": self.turned("X", work.inputs["X"]), "parameters": watched})
        except KeyError as error:
            return error.args[0] not in {f"{s}{l}" for s in "Wb" for l in range(layers + 1, layers + 9)}
        except Exception:  # of its own, or because it is none of its networks
            return watched.counted or f"W{layers}" in watched.asked
        return watched.counted or f"W{layers}" in watched.asked

    # === calling =====================================================================================

    def call(self, given):
        """What is asked for of the prediction, the cost and the gradient."""
        self.architecture = given["architecture"]
        values = {name: self.turned(name, given[name]) for name in ("X", "Y")}
        values["parameters"] = self.parameters(given)
        kept = {key: value.copy() for key, value in values["parameters"].items()}
        A, values["caches"] = two_of(call_by_role(*self.forward, self.fixed | values))
        unchanged(kept, values["parameters"], "the forward pass")
        if self.what == "forward":
            return {"A": self.way.ours("A", array_of(A), DIMS["A"], 1)}
        values["AL"] = A
        grads = call_by_role(*self.backward, self.fixed | values)
        unchanged(kept, values["parameters"], "the backward pass")
        if isinstance(grads, tuple):
            grads = next((one for one in grads if isinstance(one, dict)), grads[0])
        gradient = flat_gradient(grads, self.architecture, self.way, examples_of(given))
        if self.what == "backward":
            return {"gradient": gradient}
        return {"J": self.cost_of(A, values["Y"], given), "gradient": gradient}

    def cost_of(self, A, Y, given):
        """J as the file's cost has it."""
        J = array_of(results.by_name(self.cost.apply({"AL": A, "Y": Y, "parameters": {}}), ("J",), spare=True)["J"])
        return J / examples_of(given) if self.cost.way.sums else J

    def turned(self, name, value):
        """X or Y as it takes them."""
        return self.way.theirs(name, value, DIMS[name])

    def parameters(self, given):
        """theta as its dict."""
        W, b, _ = views(given["theta"].copy(), given["architecture"])
        found = {}
        for l in W:
            found[f"W{l}"], found[f"b{l}"] = (self.way.theirs(s, v[l], DIMS[s]) for s, v in (("W", W), ("b", b)))
        return found

    def others_like(self, work, settings):
        """It is not told its activations."""
        return ()

    def explain(self, wrong, right):
        """Where the error is made: in the forward pass, or going back."""
        if self.what == "backward" and self.distance(self.architecture.L) > 0:
            return "the forward pass is wrong already: mend that first"
        return super().explain(wrong, right)


def dict_of(theta, architecture):
    """theta as the course's dict, in the lecture's way."""
    W, b, _ = views(theta, architecture)
    return {f"{symbol}{l}": parts[l] for l in W for symbol, parts in (("W", W), ("b", b))}


def unchanged(before, after, who):
    """Raise `ResultError` where a pass has changed the parameters."""
    for key, value in before.items():
        if not np.array_equal(value, after.get(key)):
            raise ResultError(f"{who} changes {key} in place — only the update may")


class Watched(dict):
    """A dict of parameters that remembers what it was asked for."""

    def __init__(self, given):
        super().__init__(given)
        self.asked, self.counted = set(), False

    def __getitem__(self, key):
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key, default=None):
        """As of a dict."""
        self.asked.add(key)
        return super().get(key, default)

    def __len__(self):
        self.counted = True
        return super().__len__()

    def __iter__(self):
        self.counted = True
        return super().__iter__()


def call_by_role(function, roles, values):
    """Call a function with values by role."""
    positional, keywords = parameters.arguments(function, roles, values)
    return function(*positional, **keywords)


def two_of(returned):
    """The prediction, and the caches that come with it."""
    if isinstance(returned, dict):  # of all activations: the last one is the prediction
        numbered = [key for key in returned if re.fullmatch(r"[Aa]\d+", str(key))]
        return returned.get(max(numbered, key=lambda key: int(key[1:]), default=None)), returned
    if isinstance(returned, (tuple, list)) and returned:
        return returned[0], returned[1] if len(returned) == 2 else returned[1:]
    return returned, None


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


# === recognising them =================================================================================


def whole_networks(functions, found):
    """The whole networks among a file's functions.

    Parameters
    ----------
    functions : dict of str to callable
    found : list of Found
        What else was recognised: a cost may be among it.

    Returns
    -------
    list of WholeNetwork
        A forward pass and a backward pass one by one.
    """
    networks: list[WholeNetwork] = []
    forwards = list(all_called(functions, FORWARD, ("X", "parameters")))
    cost = next((one for one in found if one.operation == "cost" and "AL" in one.taken), None)
    for name, *passing in forwards:
        networks.append(Passes(name, functions[name], forward=tuple(passing)))
    for name, *back in all_called(functions, BACKWARD, OF_BACKWARD) if forwards else []:
        passing = forward_of(name, forwards, list(functions))
        passes = {"forward": tuple(passing[1:]), "backward": tuple(back), "cost": cost}
        networks.append(Passes(name, functions[name], what="backward", **passes))
    step = functions.get("network_step")
    if step is not None and len(parameters.signature(step) or ()) in (4, len(OPTIONAL["network_step"].parameters)):
        networks.append(StepFunction("network_step", step))
    return networks


def forward_of(name, forwards, order):
    """The forward pass that a backward pass belongs to: with the same ending, else the last one before it."""
    ending = plain(name).partition("with")[2]
    alike = [one for one in forwards if plain(one[0]).partition("with")[2] == ending]
    before = [one for one in alike or forwards if order.index(one[0]) < order.index(name)]
    return (before or alike or forwards)[-1 if before else 0]


def all_called(functions, names, roles):
    """(name, function, roles) of each function with one of the names whose parameters all have a role."""
    for name, function in functions.items():
        if is_called(name, names):
            given = parameters.signature(function) or []
            named = parameters.by_names(given, (*roles, *FIXED))
            required = [one for one, needed in given if needed]
            enough = {"X", "parameters"} <= set(named.values()) or {"Y", "caches"} <= set(named.values())
            if required and set(required) <= set(named) and enough:
                yield name, function, [(one, named[one]) for one, _ in given if one in named]


def is_called(name, names):
    """Whether a function has one of the names, or one that begins with it: `forward_propagation_with_dropout`."""
    bare = plain(name).rstrip("0123456789")
    return any(bare == one or bare.startswith(f"{one}with") for one in names.split())
