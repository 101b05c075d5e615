"""One piece of work on one input, the same wherever it is measured or tested.

A `Workload` knows its inputs, its call, its floating-point operations and the bytes that must move. `compare`, the
sweeps, asv, the plots and the tests all take their work from here.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .datasets import one_hot, synthetic
from .errors import OptionError
from .implementations import get_implementation
from .interface import ACTIVATIONS, LOSSES, OPERATIONS
from .learning.architecture import fitting
from .learning.labels import validate_labels
from .learning.models import Network, Neuron
from .learning.network import network_step
from .learning.optimizers import update
from .learning.parameters import initialize
from .learning.training import HyperParameters, train
from .process.memory import require_memory
from .validation import choose

DTYPES = ("float64", "float32")
LAYOUTS = ("C", "F", "strided")
# Operations without a layer's units: what they are applied to has `features` rows.
ROWS_ARE_FEATURES = ("dot", "activate", "activation_slope", "activation_backward")
# What an operation is given for a number: such as training would give it.
NUMBERS = {"keep_prob": 0.8, "l2": 0.1, "epsilon": 1e-5, "beta": 0.9, "beta_1": 0.9, "beta_2": 0.999, "t": 3.0}

TRAINING_ALPHA = {"descent": 0.01, "momentum": 0.01, "rmsprop": 0.001, "adam": 0.001}


@dataclass(frozen=True)
class Workload:
    """Inputs, the call that is measured, and what it costs.

    Attributes
    ----------
    name : str
        What is done: "logistic_step", "network_step", "training" or an operation's name.
    data : str
        Where the inputs come from.
    inputs : dict of str to array or float
        In `dtype` and `layout`; the call takes them in native form.
    call : callable(implementation, inputs) -> tuple
    returns : tuple of str
        Names of what the call returns.
    sizes : dict of str to int or list
    flops, bytes : int
        Floating-point operations (a multiply-add is two; a function is not counted), and the least traffic with
        memory: every input read once, every output written once.
    dtype, layout : str
    """

    name: str
    data: str
    inputs: dict
    call: Callable
    returns: tuple
    sizes: dict
    flops: int
    bytes: int
    dtype: str = "float64"
    layout: str = "C"
    as_is: tuple = ()  # inputs that stay flat arrays for every implementation

    def bind(self, implementation):
        """Return a function of no arguments that does the work once; data is converted and checked here."""
        inputs = {
            name: implementation.asnative(value, name) if is_data(value) and name not in self.as_is else value
            for name, value in self.inputs.items()
        }
        return lambda: self.call(implementation, inputs)

    def outputs(self, implementation):
        """Do the work once; return a dict of NumPy arrays and floats."""
        return self.named(implementation, self.bind(implementation)())

    def named(self, implementation, results):
        """What the call returned, by name, as NumPy arrays and floats."""
        results = results if isinstance(results, tuple) else (results,)
        return {
            name: result if np.isscalar(result) else implementation.asnumpy(result)
            for name, result in zip(self.returns, results)
        }

    def first(self, examples):
        """The work on its first few examples only, and what share of the whole that is."""
        shapes = OPERATIONS[self.name].shapes if self.name in OPERATIONS else {"X": ("n_x", "m"), "Y": ("n_y", "m")}
        shapes = {name: dims for name, dims in shapes.items() if name in self.inputs}
        # Where there are no examples: the first columns, parameters or rows.
        symbol = next(s for s in ("m", "p", "P", "n", "n[l]") if any(s in dims for dims in shapes.values()))
        if symbol in ("P", "n", "n[l]"):
            examples *= 64
        cut = {
            name: self.inputs[name][tuple(slice(examples if s == symbol else None) for s in dims)]
            for name, dims in shapes.items()
            if dims
        }
        return replace(self, inputs=self.inputs | cut), min(1.0, examples / self.sizes[symbol])

    def arranged(self, dtype="float64", layout="C"):
        """The work on inputs of another number type or memory order."""
        choose("dtype", dtype, DTYPES)
        inputs = {
            name: arrange(value, dtype, "C" if name in self.as_is else layout) for name, value in self.inputs.items()
        }
        scale = np.dtype(dtype).itemsize / np.dtype(self.dtype).itemsize
        return replace(self, inputs=inputs, dtype=dtype, layout=layout, bytes=int(self.bytes * scale))


def arrange(value, dtype, layout):
    """An array in the given number type and memory order; "strided" takes every second element of a larger one."""
    choose("layout", layout, LAYOUTS)
    if not is_data(value):
        return value
    if layout == "strided":
        wide = np.zeros(tuple(2 * size for size in value.shape), dtype)
        view = wide[tuple(slice(None, None, 2) for _ in value.shape)]
        view[...] = value
        return view
    return np.array(value, dtype=dtype, order="F" if layout == "F" else "C")


def is_data(value):
    """An array, and not an activation's name or a number."""
    return isinstance(value, np.ndarray)


def logistic(X, Y, data="given", seed=0):
    """`logistic_step` on X (n_x, m) and Y (1, m), with parameters drawn from `seed`."""
    (n_x, m), rng = X.shape, np.random.default_rng(seed)
    if len(Y) != 1:
        raise OptionError(f"logistic regression tells two classes apart; this data has {len(Y)}")
    validate_labels(Y)
    inputs = {"w": rng.standard_normal((n_x, 1)) / np.sqrt(n_x), "b": 0.5, "X": X, "Y": Y}
    return Workload(
        "logistic_step",
        data,
        inputs,
        lambda impl, given: impl.logistic_step(given["w"], given["b"], given["X"], given["Y"]),
        ("J", "dw", "db"),
        {"n_x": n_x, "m": m},
        flops=4 * n_x * m,
        bytes=8 * (n_x * m + m + 2 * n_x),
    )


def network(X, Y, layers, activation="relu", loss="cross_entropy", data="given", seed=0, **regularization):
    """`network_step`; `layers` are the hidden layers and the output, the input's size comes from X.

    `regularization` is l2, keep_prob and batch_norm; see `learning.architecture.fitting`.
    """
    m = X.shape[1]
    architecture = fitting(len(X), len(Y), layers, activation, loss, **regularization)
    validate_labels(Y, loss, architecture.activations[-1])
    n = architecture.n
    require_memory(f"Z and A of layers {','.join(map(str, n))} for m = {m}", 2 * m * sum(n[1:]))
    theta = initialize(architecture, "he", np.random.default_rng(seed))
    products = [n[l] * n[l - 1] for l in range(1, architecture.L + 1)]
    return Workload(
        "network_step",
        data,
        {"theta": theta, "X": X, "Y": Y},
        lambda impl, given: network_step(impl, architecture, given["theta"], given["X"], given["Y"]),
        ("J", "gradient"),
        {"layer_sizes": list(n), "activations": list(architecture.activations), "loss": loss, "m": m} | regularization,
        # Forward, dW, and dA_prev of every layer but the first.
        flops=2 * m * (3 * sum(products) - products[0]),
        bytes=8 * (m * (n[0] + n[-1]) + 2 * architecture.parameter_count),
        as_is=("theta",),
    )


@dataclass(frozen=True)
class Training(Workload):
    """Whole epochs of training: what is trained, and how."""

    model: Neuron | Network | None = None
    hyper: HyperParameters | None = None


def training(
    X,
    Y,
    model="logistic",
    layers=None,
    activation="relu",
    loss="cross_entropy",
    data="given",
    seed=0,
    **hyper_parameters,
):
    """Whole epochs of training, from drawn parameters: of one of the neurons, or of a network with such layers.

    `hyper_parameters` are those of `HyperParameters`; by default two epochs, with an alpha that suits the optimizer.
    Where Adam and RMSprop add their epsilon, libraries do not agree; here it is too small to make a difference.
    """
    if model == "network":
        step = network(X, Y, layers, activation, loss, data, seed)
        model, theta = Network(fitting(len(X), len(Y), layers, activation, loss)), step.inputs["theta"]
    else:
        step = logistic(X, Y, data, seed)
        model, theta = Neuron(model, len(X)), np.append(step.inputs["w"], step.inputs["b"])
    choose("optimizer", hyper_parameters.get("optimizer", "descent"), TRAINING_ALPHA)
    given = {"epochs": 2, "optimizer": "descent", "seed": seed, "epsilon": 1e-30} | hyper_parameters
    hyper = HyperParameters(**{"alpha": TRAINING_ALPHA[given["optimizer"]]} | given)
    asked = {"epochs": hyper.epochs, "batch_size": hyper.batch_size, "optimizer": hyper.optimizer}
    return Training(
        "training",
        data,
        {"theta": theta, "X": X, "Y": Y},
        lambda impl, given: train(impl, model, given["theta"], given["X"], given["Y"], **vars(hyper)).theta,
        ("theta",),
        step.sizes | asked,
        flops=hyper.epochs * step.flops,
        bytes=hyper.epochs * step.bytes,
        as_is=("theta",),
        model=model,
        hyper=hyper,
    )


def training_step(work, alpha):
    """A network's step and the update after it: `(J, theta)`, the theta of gradient descent's next step."""
    hyper = HyperParameters(alpha, epochs=1)

    def call(impl, given):
        J, gradient = work.call(impl, given)
        theta, _ = update(impl, hyper, given["theta"], gradient, (), 1, alpha)
        return J, theta

    return replace(work, call=call, returns=("J", "theta"))


def operation(name, units=32, features=64, examples=1000, activation="relu", loss=None, seed=0):
    """One operation of the interface on normal random numbers.

    `units` are the rows of a layer's result, `features` what is summed over (or a vector's length, or the rows of what
    an activation is applied to), `examples` the columns. The default loss is cross-entropy where the activation gives
    probabilities, else squared.
    """
    if loss is None:
        loss = "cross_entropy" if activation in ("sigmoid", "softmax") else "squared"
    op = OPERATIONS[choose("operation", name, OPERATIONS)]
    rng = np.random.default_rng(seed)
    size = {"n": units, "n[l]": units, "n_y": units, "m": examples, "p": examples, "P": features, 1: 1}
    size |= dict.fromkeys(("k", "n_x", "n[l-1]"), features)
    if name in ROWS_ARE_FEATURES:
        size["n"] = features
    named = {"activation": choose("activation", activation, ACTIVATIONS), "loss": choose("loss", loss, LOSSES)}
    shapes = [*(op.shapes[name] for name in op.parameters if name not in named), *op.returns.values()]
    numbers = sum(math.prod(size[symbol] for symbol in dims) for dims in shapes)
    require_memory(f"{name} of {units} units, {features} features and {examples} examples", numbers)
    inputs = {
        parameter: named.get(parameter) or _draw(rng, parameter, op.shapes[parameter], size)
        for parameter in op.parameters
    }
    if "Y" in op.shapes:
        inputs["Y"] = _labels(rng, *inputs["Y"].shape, one_hot="loss" in op.parameters and activation == "softmax")
    if "A" in op.shapes and "Z" in op.shapes:
        inputs["A"] = get_implementation("numpy_vectorized").activate(inputs["Z"], activation)
    values = sum(value.size for value in inputs.values() if is_data(value))
    results = sum(math.prod(size[symbol] for symbol in dims) for dims in op.returns.values())
    symbols = {str(symbol) for dims in op.shapes.values() for symbol in dims if symbol != 1}
    settings = {kind: named[kind] for kind in op.parameters if kind in named}
    return Workload(
        name,
        "random",
        inputs,
        lambda impl, given: getattr(impl, name)(*given.values()),
        tuple(op.returns),
        {symbol: size[symbol] for symbol in sorted(symbols)} | settings,
        flops=_flops(name, size),
        bytes=8 * (values + results),
    )


def _draw(rng, name, dims, size):
    """Normal random numbers, but for what is never negative, a mask, and plain numbers."""
    if not dims:
        return NUMBERS.get(name, 0.5)
    values = rng.standard_normal(tuple(size[symbol] for symbol in dims))
    if name in ("variance", "square"):
        return values * values
    return (values > 0) * 1.0 if name == "D" else values


def _labels(rng, n_y, m, one_hot):
    if one_hot:
        return np.eye(n_y)[:, rng.integers(n_y, size=m)]
    return rng.integers(2, size=(n_y, m)).astype(np.float64)


DRAWN_LAYERS = (32, 10)

# What can grow in a sweep, and the sizes it takes by default.
GROWS = {
    "m": tuple(2**k for k in range(4, 17, 2)),
    "n_x": tuple(2**k for k in range(1, 12, 2)),
    "width": tuple(2**k for k in range(1, 10, 2)),
    "depth": (1, 2, 4, 8, 16),
    "batch_size": tuple(4**k for k in range(6)),
}


def drawable(work):
    """Return `work` if it is logistic, network, training or an operation; raise `UnknownNameError` otherwise."""
    return choose("work", work, ["logistic", "network", "training", *OPERATIONS])


def drawn(
    work="logistic", examples=1000, features=30, layers=None, activation="relu", dtype="float64", batch_size=None
):
    """A logistic or network step or epochs on drawn data, or an operation on random numbers, of any size.

    `layers` are the hidden layers and the output; of an operation the first is its units. Training with layers is a
    network's, without them logistic regression's.
    """
    is_network = work == "network" or (work == "training" and layers is not None)
    layers = layers or DRAWN_LAYERS
    if work in OPERATIONS and work != "logistic_step":
        return operation(work, layers[0], features, examples, activation).arranged(dtype)
    drawable(work)
    classes = max(2, layers[-1]) if is_network else 2
    X, labels, _ = synthetic(examples, features, classes)
    Y = one_hot(labels, classes)
    if work == "training":
        model = ("network", list(layers), activation) if is_network else ("logistic",)
        size = batch_size or default_batch_size(is_network)
        return training(X, Y, *model, data="synthetic", batch_size=size).arranged(dtype)
    if work == "network":
        return network(X, Y, list(layers), activation, data="synthetic").arranged(dtype)
    return logistic(X, Y, "synthetic").arranged(dtype)


def default_batch_size(network):
    """1, stochastic gradient descent, for a neuron; 32, mini-batches, for a network."""
    return 32 if network else 1


def grown(size, over="m", layers=None, **options):
    """`drawn`, with one of its sizes replaced: what a sweep measures.

    `over` is "m", "n_x", "width" (of every hidden layer), "depth" (so many hidden layers like the first) or
    "batch_size" (of training).
    """
    choose("over", over, GROWS)
    if over == "m":
        options["examples"] = size
    elif over == "n_x":
        options["features"] = size
    elif over == "batch_size":
        options["batch_size"] = size
    else:
        *hidden, output = layers or DRAWN_LAYERS
        layers = [*([size] * len(hidden) if over == "width" else hidden[:1] * size), output]
    return drawn(layers=layers, **options)


# Floating-point operations: a factor times the product of these sizes; two for every multiply-add.
FLOPS = {
    "dot": (2, "n"),
    "matvec": (2, "n", "k"),
    "matmul": (2, "n", "k", "p"),
    **dict.fromkeys(("activate", "activation_slope", "activation_backward"), (1, "n", "m")),
    **dict.fromkeys(("cost", "output_delta"), (1, "n_y", "m")),
    **dict.fromkeys(("perceptron_step", "adaline_step", "logistic_step"), (4, "n_x", "m")),
    "logistic_forward": (2, "n_x", "m"),
    "layer_forward": (2, "n[l]", "n[l-1]", "m"),
    "layer_gradient": (2, "n[l]", "n[l-1]", "m"),
    "layer_backward": (4, "n[l]", "n[l-1]", "m"),
    "l2_cost": (2, "n[l]", "n[l-1]"),
    "l2_gradient": (2, "n[l]", "n[l-1]"),
    "dropout": (2, "n[l]", "m"),
    "batch_norm_forward": (8, "n[l]", "m"),
    "batch_norm_backward": (7, "n[l]", "m"),
    "batch_norm_predict": (4, "n[l]", "m"),
    "descend": (2, "P"),
    "momentum": (5, "P"),
    "rmsprop": (8, "P"),
    "adam": (13, "P"),
}


def _flops(name, size):
    """What an operation costs at a size."""
    factor, *symbols = FLOPS[name]
    return factor * math.prod(size[symbol] for symbol in symbols)
