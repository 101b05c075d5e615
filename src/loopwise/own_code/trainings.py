"""Whole trainings: the course's `optimize` and `L_layer_model`, a few steps of gradient descent from where we say.

A model that draws its own parameters calls a function of its file for that, `initialize_parameters…`; while it is tried
that function returns ours. So a training is judged as a whole: which step it takes first, what it updates, and when.
"""

import inspect
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .. import workloads
from ..errors import ResultError
from . import parameters, results
from .networks import is_called
from .results import plain
from .whole_network import WholeNetwork, call_by_role, dict_of
from .works import NETWORKS

EPOCHS, ALPHA, EXAMPLES = 3, 0.25, 7
INITIALIZE = "initializeparameters"
OPTIMIZE = "optimize optimise"
MODELS = "llayermodel twolayermodel deepmodel dnnmodel nnmodel model"
OF_TWO_LAYERS = ("twolayermodel", "nnmodel")
ROLES = {
    OPTIMIZE: ("w", "b", "X", "Y", "epochs", "alpha"),
    MODELS: ("X", "Y", "layer_sizes", "epochs", "alpha"),
}


@dataclass
class WholeTraining(WholeNetwork):
    """What trains: held against the same steps of ours.

    Attributes
    ----------
    roles : list of (str, str)
        The role of each parameter that is given.
    model : "logistic" or "network"
    layers : tuple of int
        With how many layers it is tried.
    """

    roles: list | tuple = ()
    model: str = "logistic"
    layers: tuple = (1,)
    hidden: str = "relu"
    operation: str = "train_epochs"
    returns: tuple = ("theta",)
    chooses: bool = False
    taken: frozenset = frozenset()

    def settings(self):
        """How many layers."""
        return [(layers,) for layers in self.layers]

    def setting_name(self, setting):
        """`2 layers`."""
        return f"{setting[0]} layer{'s' * (setting[0] > 1)}"

    def settle(self):
        """It is judged in the lecture's way."""
        self.settled = True
        return True

    def make(self, setting, seed=0, examples=EXAMPLES):
        """A few steps on all examples."""
        (layers,) = setting
        rng = np.random.default_rng([seed, layers])
        n_x, *hidden = NETWORKS[layers]
        X, Y = rng.standard_normal((n_x, examples)), (np.arange(examples) % 2)[None, :] * 1.0
        how = {"epochs": EPOCHS, "batch_size": examples, "alpha": ALPHA, "seed": seed}
        sizes = [*hidden, 1] if self.model == "network" else None
        return workloads.training(X, Y, self.model, sizes, activation=self.hidden, **how)

    def call(self, given):
        """theta after the last step."""
        self.architecture = architecture = self.make((len(self.layer_sizes(given)) - 1,)).model
        theta, X, Y = given["theta"].copy(), given["X"], given["Y"]
        values = {"X": X, "Y": Y, "epochs": EPOCHS, "alpha": ALPHA, "layer_sizes": self.layer_sizes(given)}
        if self.model == "logistic":
            values |= {"w": theta[:-1].reshape(-1, 1), "b": float(theta[-1])}
            return {"theta": self.of_neuron(call_by_role(self.function, self.roles, values))}
        start = dict_of(theta, architecture.architecture)
        with starting_at(self.function, start):
            returned = call_by_role(self.function, self.roles, values)
        return {"theta": self.of_network(returned, start)}

    def layer_sizes(self, given):
        """n[0] … n[L], by how many parameters there are."""
        if self.model == "logistic":
            return [len(given["X"]), 1]
        for sizes in NETWORKS.values():
            n = [*sizes, 1]
            if sum(units * (features + 1) for features, units in pairwise(n)) == len(given["theta"]):
                return n
        raise ResultError("no network of the check has so many parameters")

    def of_neuron(self, returned):
        """w and b, one after the other."""
        dicts = [one for one in as_tuple(returned) if isinstance(one, dict)]
        found = results.by_name(next((one for one in dicts if "w" in one), returned), ("w", "b"), spare=True)
        return np.append(np.asarray(found["w"], np.float64).ravel(), np.asarray(found["b"], np.float64).ravel())

    def of_network(self, returned, start):
        """Its dict of parameters as theta."""
        found = next((one for one in as_tuple(returned) if isinstance(one, dict) and set(start) <= set(one)), None)
        if found is None:
            raise ResultError(f"returns no dict with {', '.join(start)}")
        return np.concatenate([np.asarray(found[key], np.float64).ravel() for key in start])

    def pieces(self, name, flat):
        """w and b; or W1, b1, ….  The first layer first: what is wrong there was wrong before."""
        if self.model == "logistic":
            return [("w", slice(0, len(flat) - 1), (len(flat) - 1, 1)), ("b", slice(len(flat) - 1, None), (1,))]
        found, start = [], 0
        for symbol, l, shape in self.architecture.architecture.parts():
            found.append((f"{symbol}{l}", slice(start, start + shape[0] * shape[1]), shape))
            start += shape[0] * shape[1]
        return found

    def explain(self, wrong, right):
        """Of a step that is wrong, more is not known."""
        return "" if right else "is the update before the gradient, or the learning rate another one?"


def as_tuple(returned):
    """Several results, or the only one."""
    return tuple(returned) if isinstance(returned, (tuple, list)) else (returned,)


@contextmanager
def starting_at(function, start):
    """The functions of a file that initialize parameters return ours."""
    names = vars_of(function)
    replaced = {name: value for name, value in names.items() if callable(value) and plain(name).startswith(INITIALIZE)}

    def initialize(*given, **named):
        return {key: value.copy() for key, value in start.items()}

    names.update(dict.fromkeys(replaced, initialize))
    try:
        yield
    finally:
        names.update(replaced)


def vars_of(function):
    """The module's names that a function sees."""
    return getattr(inspect.unwrap(function), "__globals__", {})


def whole_trainings(functions, passes):
    """The whole trainings among a file's functions.

    Parameters
    ----------
    functions : dict of str to callable
    passes : list of WholeNetwork
        What else is whole: its layers and activations are those of a model.
    """
    found = []
    initializes = any(plain(name).startswith(INITIALIZE) for name in functions)
    for name, function in functions.items():
        for names, roles in ROLES.items():
            given = parameters.matched(function, roles, by_name=True)
            if not is_called(name, names) or given is None or in_batches(function):
                continue
            if names == OPTIMIZE:
                found.append(WholeTraining(name, function, roles=given))
            elif initializes and passes:
                found.append(Model(name, function, roles=given, model="network", passes=passes))
    return found


def in_batches(function):
    """Whether a training draws batches, or starts in several ways: those are its own."""
    names = [plain(name) for name, _ in parameters.signature(function)]
    return any("batch" in name or name.startswith("initialization") for name in names)


@dataclass
class Model(WholeTraining):
    """What draws its parameters, and trains a network: with the layers that the file's passes have."""

    passes: list | tuple = ()

    def settle(self):
        """As many layers, and the activation, of the passes beside it."""
        passes = self.passes[0]
        passes.settle()
        self.hidden, self.layers = passes.hidden, tuple(L for L in passes.layers if L > 1) or (2,)
        if plain(self.name) in OF_TWO_LAYERS:
            self.layers = (2,)
        self.settled = True
        return True
