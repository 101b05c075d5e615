"""What people call the functions of a course, what they take and what they return: the table to add to.

Each row is one kind of function: the operation that it is, its names in small letters and without underscores, the
roles of its parameters in the usual order (`parameters.CALLED` says how people call those), and what it returns.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..interface import ACTIVATIONS, LOSSES, OPERATIONS
from . import ways, works
from .ways import Way, variations

# Names of many things: a function of this name that is right in no way is probably another one.
AMBIGUOUS = ("step", "sign", "linear", "identity", "sigma", "logistic", "gradients", "hypothesis", "sgd", "cost")
# The shapes of parameters in a dict, by how many numbers they are.
LAYOUTS = {
    29: {"W1": (4, 3), "b1": (4, 1), "W2": (2, 4), "b2": (2, 1), "W3": (1, 2), "b3": (1, 1)},
    13: {"W1": (2, 3), "b1": (2, 1), "W2": (1, 2), "b2": (1, 1), "W3": (1, 1), "b3": (1, 1)},
    23: {"W1": (3, 4), "b1": (3, 1), "W2": (2, 3), "b2": (2, 1)},
    8: {"W1": (2, 3), "b1": (2, 1)},
}
CROSS_ENTROPY = (("sigmoid", "cross_entropy"), ("softmax", "cross_entropy"))


@dataclass(frozen=True)
class Form:
    """One kind of function.

    Attributes
    ----------
    operation : str
        Of the interface: what it is held against.
    names : str
        What it is called.
    takes, gives : str
        The roles of its parameters, and what it returns of what the operation returns.
    ways : tuple of Way
        In which ways it may do it; the first is the usual one.
    settings : tuple of (activation, loss)
        What it is tried on. If it takes neither, the one that it has is found out.
    work : callable(size, activation, loss, seed) -> Workload
    spare : bool
        Whether it may return more, such as a cache.
    partner : tuple of str
        The names of the functions that make its cache, without `forward`.
    optional : tuple of str
        Roles that it may have besides.
    fixed : dict
        What it is given for roles that the operation has not.
    needs : tuple of str
        One of these is in some name that its source uses: a gradient may be of linear regression as well.
    """

    operation: str
    names: str
    takes: str
    gives: str
    ways: tuple = (ways.LECTURE,)
    settings: tuple = (("relu", "squared"),)
    work: Callable | None = None
    spare: bool = True
    partner: tuple = ()
    optional: tuple = ()
    fixed: dict = field(default_factory=dict)
    needs: tuple = ()

    @property
    def roles(self):
        return tuple(self.takes.split())

    @property
    def results(self):
        return tuple(self.gives.split())

    def called(self, name):
        """Whether a function's plain name is one of its."""
        return name in self.names.split()

    def works(self, setting, seed=0):
        """A piece of work of each size."""
        return [works.numbered(self.work(size, *setting, seed), k) for k, size in enumerate(self.sizes)]

    @property
    def sizes(self):
        """The sizes that it is tried on; parameters in a dict are those of three layers, of two and of one."""
        return works.SIZES if "parameters" not in self.roles else [(1, P, 1) for P in LAYOUTS]


def of(operation, **fields):
    """A row whose work is an operation's."""
    work = lambda size, activation, loss, seed=0: works.operation(operation, size, activation, loss, seed)  # noqa: E731
    return Form(operation, work=fields.pop("work", work), **fields)


# === the interface's own names ========================================================================

GRADIENTS = {"logistic_step", "perceptron_step", "adaline_step"}
WAYS_OF = {
    **dict.fromkeys(("activate", "activation_slope", "activation_backward"), ways.COLUMNS),
    **dict.fromkeys(("logistic_forward",), ways.NEURON),
    **dict.fromkeys(("perceptron_step", "adaline_step"), tuple(variations(ways.NEURON))),
    "logistic_step": tuple(variations(ways.NEURON, sums=(False, True), signs=(False, True))),
    "layer_forward": ways.LAYER,
    # With examples in rows, a layer that sums over them leaves the 1/m to the loss, where its author has put it.
    **dict.fromkeys(("layer_gradient", "layer_backward"), ways.LAYER + ways.ROWS_SUMS),
    **dict.fromkeys(("cost", "output_delta"), ways.COLUMNS),
}


def settings_of(operation):
    """Every activation and loss that an operation can be asked for."""
    parameters = OPERATIONS[operation].parameters
    activations = ACTIVATIONS if "activation" in parameters else ("relu",)
    losses = LOSSES if "loss" in parameters else ("squared",)
    asked = ((a, l) for a in activations for l in losses)
    return tuple((a, l) for a, l in asked if l != "cross_entropy" or a in ("sigmoid", "softmax"))


def own_name(operation):
    """The row of an operation under its own name: it returns just what the interface says."""
    op = OPERATIONS[operation]
    return of(
        operation,
        names=operation.replace("_", ""),
        takes=" ".join(op.parameters),
        gives=" ".join(op.returns),
        ways=WAYS_OF.get(operation, (ways.LECTURE,)),
        settings=settings_of(operation),
        spare=False,
    )


OWN_NAMES = [own_name(operation) for operation in OPERATIONS]


# === sums, one neuron =================================================================================

OF_LOGISTIC = ("sigm", "exp", "logistic")
STEP_ORDERS = ((), ("dw", "db", "J"))
SUMS = [
    of("dot", names="dotproduct innerproduct dotloop scalarproduct vectordot dotpython", takes="w x", gives="z"),
    of(
        "matvec",
        names="matvecmul matrixvector matrixvectorproduct matrixvectormultiply matrixvectormul mvmul",
        takes="A v",
        gives="u",
    ),
    of(
        "matmul",
        names="matrixmultiply matrixmultiplication multiplymatrices matrixmult matmulblocked mmul gemm",
        takes="A B",
        gives="C",
    ),
]
NEURON = [
    of(
        "logistic_step",
        names="propagate propagation logisticregressionstep logregstep",
        takes="w b X Y",
        gives="J dw db",
        ways=tuple(variations(ways.NEURON, order=STEP_ORDERS, sums=(False, True), signs=(False, True))),
    ),
    of(
        "logistic_step",
        names="costandgradient costandgradients computecostandgradient computecostandgradients costgradient "
        "lossandgradient lossandgradients lossandgrad forwardbackward computegradient computegradients",
        needs=OF_LOGISTIC,
        takes="w b X Y",
        gives="J dw db",
        ways=tuple(variations(ways.NEURON, order=STEP_ORDERS, sums=(False, True), signs=(False, True))),
    ),
    of(
        "logistic_step",
        names="computegradient computegradients computegradientlogistic gradientlogistic gradients logisticgradient",
        needs=OF_LOGISTIC,
        takes="w b X Y",
        gives="dw db",
        ways=tuple(variations(ways.NEURON, order=((), ("db", "dw")), signs=(False, True))),
    ),
    of(
        "logistic_forward",
        names="predictproba predictprobability predictprobabilities hypothesis logisticpredict logisticmodel",
        takes="w b X",
        gives="A",
        ways=ways.NEURON,
    ),
]

# === activations ======================================================================================

ACTIVATION_NAMES = {
    "identity": ("identity", "linear", "linearactivation"),
    "step": ("step", "unitstep", "heaviside", "binarystep", "stepfunction"),
    "sign": ("sign", "signum"),
    "sigmoid": ("sigmoid", "logistic", "sigma", "sigm", "expit", "logisticfunction"),
    "tanh": ("tanh", "hyperbolictangent"),
    "relu": ("relu", "rectifiedlinearunit", "rectifier"),
    "leaky_relu": ("leakyrelu", "lrelu"),
    "softmax": ("softmax", "stablesoftmax", "softmaxstable"),
}


def each(names, *patterns):
    """Every name in every pattern."""
    return " ".join(pattern.format(name) for name in names for pattern in patterns)


def activation_forms(activation, names):
    """An activation, its slope and what goes back through it."""
    elements = ways.CLASSES if activation == "softmax" else ways.ELEMENTS
    common = {"settings": ((activation, "squared"),), "fixed": {"slope": 0.01}}
    common["optional"] = ("slope",) if activation == "leaky_relu" else ()
    patterns = ("{}derivative", "{}prime", "d{}", "{}grad", "{}gradient", "{}slope", "{}deriv", "derivative{}")
    patterns += ("{}der", "grad{}", "{}derivate", "{}d", "deriv{}", "der{}", "derivativeof{}", "{}2deriv", "{}diff")
    yield of(
        "activate", names=each(names, "{}", "{}forward", "{}activation"), takes="Z", gives="A", ways=elements, **common
    )
    yield of(
        "activation_slope",
        names=each(names, *patterns),
        takes="Z",
        gives="slope",
        ways=tuple(variations(ways.ELEMENTS, instead=((), (("Z", "A"),)))),
        **common,
    )
    yield of(
        "activation_backward",
        names=each([name for name in names if name != "linear"], "{}backward", "{}back", "backward{}", "{}backprop"),
        takes="dA cache",
        gives="dZ",
        ways=tuple(variations(elements[:1], instead=((), (("cache", "Z"),), (("cache", "A"),)))),
        partner=tuple(names),
        **common,
    )


ACTIVATIONS_ALONE = [form for one in ACTIVATION_NAMES.items() for form in activation_forms(*one)]

# === layers ===========================================================================================

LINEAR = "linear affine dense fc fullyconnected"
BACK_ORDERS = ((), ("dW", "db", "dA_prev"))
LAYERS = [
    of(
        "layer_forward",
        names=each(LINEAR.split(), "{}forward", "{}layerforward", "forward{}"),
        takes="A_prev W b",
        gives="Z",
        ways=ways.LAYER,
        settings=(("identity", "squared"),),
    ),
    of(
        "layer_forward",
        names="linearactivationforward denseactivationforward activationforward singlelayerforwardpropagation "
        "layerforwardpropagation",
        takes="A_prev W b activation",
        gives="A",
        ways=ways.LAYER,
        settings=settings_of("activate"),
    ),
    of(
        "layer_backward",
        names=each(LINEAR.split(), "{}backward", "{}layerbackward", "backward{}"),
        takes="dZ cache",
        gives="dA_prev dW db",
        ways=tuple(variations(ways.LAYER, order=BACK_ORDERS)) + ways.ROWS_SUMS,
        work=works.backward,
        partner=tuple(LINEAR.split()),
    ),
    of(
        "layer_backward",
        names="linearactivationbackward denseactivationbackward",
        takes="dA cache activation",
        gives="dA_prev dW db",
        ways=tuple(variations(ways.LAYER, order=BACK_ORDERS)) + ways.ROWS_SUMS,
        settings=settings_of("activate"),
        work=works.layer_and_activation,
        partner=("linearactivation", "denseactivation"),
    ),
]

# === losses ===========================================================================================

FLAT_COSTS = (*ways.COLUMNS, Way(flat=True), Way(rows=True, flat=True))
COST_WAYS = (
    *variations(FLAT_COSTS, sums=(False, True), signs=(False, True)),
    *variations(ways.COLUMNS, classes=(True,)),
)
LOSSES_ALONE = [
    of(
        "cost",
        names="computecost cost costfunction calculatecost getcost crossentropy binarycrossentropy crossentropycost "
        "crossentropyloss computeloss bce logloss categoricalcrossentropy calculateloss bceloss "
        "lossfunction crossentropyerror",
        takes="AL Y",
        gives="J",
        ways=(
            *variations(FLAT_COSTS, sums=(False, True), signs=(False, True)),
            *variations(ways.COLUMNS, classes=(True,)),
        ),
        settings=CROSS_ENTROPY,
        work=works.single_output_cost,
        optional=("parameters",),
        fixed={"parameters": {f"{symbol}{l}": np.zeros((1, 1)) for l in (1, 2, 3) for symbol in "Wb"}},
    ),
]

# === updates ==========================================================================================

UPDATE = each(("gd", "sgd"), "updateparameterswith{}", "updateparams{}", "{}", "{}update", "{}step")
UPDATE += " gradientdescentupdate gradientdescentstep"
UPDATE += " updateparameters updateparams updateweights update optimizerstep applygradients"


def updates(operation, names, state, numbers):
    """An update of a dict of parameters, and one of arrays."""
    states = " ".join({"velocity": "v", "square": "s"}[one] for one in state)
    t = "t" if operation == "adam" else ""
    yield of(
        operation,
        names=names,
        takes=f"parameters grads {states} {t} {numbers}",
        gives=f"parameters {states}",
    )
    yield of(
        operation,
        names=names,
        takes=f"theta gradient {' '.join(state)} {t} {numbers}",
        gives=f"theta {' '.join(state)}",
    )


UPDATES = [
    *updates("descend", UPDATE, (), "alpha"),
    *updates(
        "momentum",
        # Others call momentum what has no (1 − beta): that is another rule.
        "momentum updateparameterswithmomentum updateparameterswithgdwithmomentum",
        ("velocity",),
        "alpha beta",
    ),
    *updates(
        "rmsprop", each(("rmsprop",), "updateparameterswith{}", "{}", "{}update"), ("square",), "alpha beta epsilon"
    ),
    *updates(
        "adam",
        each(("adam",), "updateparameterswith{}", "updateparameters{}", "{}", "{}update", "{}step"),
        ("velocity", "square"),
        "alpha beta_1 beta_2 epsilon",
    ),
]

FORMS = [*OWN_NAMES, *SUMS, *NEURON, *ACTIVATIONS_ALONE, *LAYERS, *LOSSES_ALONE, *UPDATES]
