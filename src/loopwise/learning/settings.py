"""What `loopwise train` is given: a run's settings, from the options, a saved run and what suits model and data."""

from ..errors import DataFileError, OptionError
from ..validation import choose
from . import checkpoints
from .optimizers import OPTIMIZERS

WHOLE = ("houses", "xor", "parity")  # data of which nothing is held out by default: every example is needed

# Each model's defaults, and what some data wants instead.
DEFAULTS = {
    "logistic": {"data": "breast_cancer", "alpha": 0.5, "epochs": 200},
    "network": {"data": "digits", "alpha": 0.5, "epochs": 200},
    "perceptron": {"data": "breast_cancer", "alpha": 1.0, "epochs": 200, "batch_size": 1},
    "adaline": {"data": "breast_cancer", "alpha": 1e-4, "epochs": 200},
}
CATS_TEST = 50 / 259  # 209 to learn from and 50 to be tested on, as in the course
FOR_DATA = {
    ("network", "flower"): {"layers": [4, 1], "activation": "tanh", "alpha": 1.2, "epochs": 2000},
    ("network", "xor"): {"layers": [2, 1], "activation": "tanh", "epochs": 1000},
    ("network", "parity"): {"layers": [24, 1], "epochs": 500},
    ("network", "houses"): {"layers": [3, 1], "activation": "tanh", "alpha": 0.05, "epochs": 1000},
    ("network", "cats"): {"layers": [16, 1], "alpha": 0.0075, "epochs": 500, "test_fraction": CATS_TEST},
    ("logistic", "cats"): {"alpha": 0.001, "epochs": 500, "test_fraction": CATS_TEST},
    ("perceptron", "cats"): {"test_fraction": CATS_TEST},
    ("adaline", "cats"): {"alpha": 1e-6, "test_fraction": CATS_TEST},
    ("adaline", "houses"): {"alpha": 0.1},
}
OF_OPTIMIZERS = {"beta_1": ("momentum", "adam"), "beta_2": ("rmsprop", "adam")}
OPTIMIZER_ALPHA = {"rmsprop": 0.001, "adam": 0.01, "lbfgs": None}
NOT_OF_LBFGS = ("alpha", "decay", "batch_size", "patience", "validation_fraction", "keep_prob", "batch_norm")
COMMON = {
    **{"optimizer": "descent", "decay": 0.0, "batch_size": None, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8},
    **{"l2": 0.0, "test_fraction": 0.2, "validation_fraction": 0.0, "patience": None, "seed": 0},
}
OF_NETWORKS = {"layers": None, "activation": "relu", "loss": None, "initialization": None, "keep_prob": 1.0}
OF_NETWORKS |= {"batch_norm": False}
OF_DATA = ("examples", "features", "classes", "target", "one_hot", "without", "task")
OF_HIDDEN_LAYERS = ("activation", "keep_prob", "batch_norm")
OF_BLOCKS = ("sums", "block_examples")  # of data in blocks; others have none
OF_FILE = ("digest", "prediction")  # what a saved run holds beside its settings
MAY_CHANGE = ("epochs", "implementation")  # from one sitting to the next


def load_run(path):
    """A saved run: its state and its settings."""
    state, saved = checkpoints.load(path)
    if not isinstance(saved, dict) or not {*COMMON, "model", "data", "implementation", "digest"} <= set(saved):
        raise DataFileError(f"{path} was not saved by loopwise train: it does not say how it was trained")
    return state, saved


def complete(given, saved):
    """Every setting: what is given, else what a saved run says, else the model's default."""
    if saved:
        for name, value in given.items():
            if name not in MAY_CHANGE and saved.get(name) != value:
                raise OptionError(f"the saved run has {name} {saved.get(name)}; with {value} it would be another run")
        return {name: value for name, value in saved.items() if name not in OF_FILE} | given
    model = given.get("model", "network" if {"layers", "activation", "keep_prob"} & set(given) else "logistic")
    known = DEFAULTS[choose("model", model, DEFAULTS)] | {"model": model, "implementation": "numpy_vectorized"}
    known = COMMON | (OF_NETWORKS if model == "network" else {}) | known
    data = given.get("data", known["data"])
    known |= ({"test_fraction": 0.0} if data in WHOLE else {}) | FOR_DATA.get((model, data), {})
    if "optimizer" in given:
        known["alpha"] = OPTIMIZER_ALPHA.get(given["optimizer"], known["alpha"])
    for name in given:
        if name not in known and name not in OF_DATA + OF_BLOCKS:
            raise OptionError(f"--{name.replace('_', '-')} does not belong to {model}")
    refuse_without_effect(known | given, given)
    return known | given


def refuse_without_effect(settings, given):
    """Raise for an option that nothing would read: of another optimizer, or of hidden layers that are not there."""
    optimizer = choose("optimizer", settings["optimizer"], [*OPTIMIZERS, "lbfgs"])
    if optimizer == "lbfgs":
        refuse_for_lbfgs(settings, given)
    for name, whose in OF_OPTIMIZERS.items():
        if name in given and optimizer not in whose:
            raise OptionError(
                f"--{name.replace('_', '-')} does not belong to {optimizer}, but to {' and '.join(whose)}"
            )
    if len(given.get("layers", ())) == 1:
        refuse_without_hidden_layers(given["layers"], given)


def refuse_for_lbfgs(settings, given):
    """Raise for what has no place in following the curvature of a cost over all examples."""
    for name in NOT_OF_LBFGS:
        if given.get(name) is not None:
            raise OptionError(f"--{name.replace('_', '-')} does not belong to lbfgs")
    if settings["model"] == "perceptron":
        raise OptionError("lbfgs follows a slope; a perceptron's number of errors has none")


def refuse_without_hidden_layers(layers, given):
    """Raise for the first option in `given` that is of the hidden layers alone; `layers` are what --layers names."""
    for name in OF_HIDDEN_LAYERS:
        if given.get(name):
            raise OptionError(
                f"--{name.replace('_', '-')} is of the hidden layers; --layers {','.join(map(str, layers))} has none"
            )
