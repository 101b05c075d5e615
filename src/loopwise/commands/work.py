"""The work that options ask for; an option that would change nothing about it is refused, not answered."""

from .. import datasets, workloads
from ..errors import ArchitectureError, OptionError
from ..interface import OPERATIONS
from ..learning.architecture import fitting
from ..learning.settings import refuse_without_hidden_layers
from ..validation import choose
from ..workloads import GROWS, ROWS_ARE_FEATURES

MODELS = {
    "logistic": ("data", *datasets.OPTIONS, "examples", "features"),
    "network": ("data", *datasets.OPTIONS, "examples", "features", "layers", "activation", "loss"),
}
HOW_TO_TRAIN = ("batch_size", "epochs", "optimizer", "alpha")
MODELS["training"] = (*MODELS["network"], *HOW_TO_TRAIN)
# What grows, and the option for it where it does not.
SIZE_OF = {"m": "examples", "n_x": "features", "batch_size": "batch_size"}
DEFAULT_DATA = {"logistic": "breast_cancer", "network": "digits", "training": "breast_cancer"}


# === which options belong to it =======================================================================


def known_options(work):
    """The options that a model or an operation depends on."""
    model = work.removesuffix("_step")
    if model in MODELS:
        return MODELS[model]
    operation = OPERATIONS[work]
    symbols = {symbol for dims in operation.shapes.values() for symbol in dims}
    rows_are_features = work in ROWS_ARE_FEATURES
    known = [kind for kind in ("activation", "loss") if kind in operation.parameters]
    known += ["examples"] if symbols & {"m", "p"} else []
    known += ["features"] if symbols & {"k", "n_x", "n[l-1]", "P"} or rows_are_features else []
    known += ["layers"] if symbols & {"n", "n[l]", "n_y"} and not rows_are_features else []
    return tuple(known)


def refuse_ignored(work, given, offered=None):
    """Raise for the first option in `given` that changes nothing about `work`.

    Parameters
    ----------
    work : str
    given : dict of str to object
        The options that were given.
    offered : sequence of str, optional
        The options that the command has; all by default.
    """
    known = known_options(work)
    for name in given:
        if name not in known:
            offered = [option for option in known if option not in datasets.OPTIONS] if offered is None else offered
            others = ", ".join(f"--{dashed(option)}" for option in known if option in offered)
            raise OptionError(f"--{dashed(name)} does not belong to {work} (known: {others})")
    layers = given.get("layers", ())
    if work not in ("network", "training") and len(layers) > 1:
        raise OptionError(f"layers is {','.join(map(str, layers))}; {work} has rows of one layer: --layers {layers[0]}")
    if work in ("network", "training") and len(layers) == 1:
        refuse_without_hidden_layers(layers, given)
    for name in ("activation", "loss"):
        if work == "training" and name in given and not layers:
            raise OptionError(f"--{name} is of a network: give --layers too, such as --layers 32,10")


def dashed(name):
    """An option as it is written."""
    return name.replace("_", "-")


def refuse_layout(work, layout):
    """Raise where all that an operation takes lies in memory the same way in another layout."""
    operation = OPERATIONS.get(work)
    if layout == "F" and operation and all(len(dims) < 2 for dims in operation.shapes.values()):
        raise OptionError(
            f"--layout F does not belong to {work}: a vector lies the same in C; --layout strided differs"
        )


def refuse_to_grow(work, over, given):
    """Raise where `work` does not depend on what a sweep lets grow, or where its size is given as well."""
    choose("over", over, GROWS)
    known = known_options(work)
    if over in SIZE_OF:
        option = SIZE_OF[over]
        if option not in known:
            others = " or ".join(f"--over {symbol}" for symbol, size in SIZE_OF.items() if size in known)
            raise OptionError(f"{work} has no {over}: {others}")
        if option in given:
            raise OptionError(
                f"--{dashed(option)} does not belong to --over {over}, which takes its sizes from --sizes"
            )
    elif work != "network":
        raise OptionError(f"--over {over} is of a network: loopwise sweep network --over {over}")
    elif "layers" in given:
        *hidden, output = given["layers"]
        if not hidden:
            raise OptionError(f"--over {over} is of the hidden layers; --layers {output} has none")
        if over == "depth" and len(set(hidden)) > 1:
            likes = f"--layers {hidden[0]},{output}"
            raise OptionError(f"--over depth makes every hidden layer like the first; expected {likes}")


# === the work itself ==================================================================================


def choose_work(work, seed, given):
    """The workloads that the options ask for; an option that does not belong to the work is refused."""
    if work in OPERATIONS and work != "logistic_step":
        return [build_operation(work, seed, given)]
    if work is not None:
        choose("work", work, ["logistic", "network", "training", *OPERATIONS])
    models = [work.removesuffix("_step")] if work else guess_models(given)
    return [build_model(model, seed, given) for model in models]


def build_operation(work, seed, given):
    """One operation on random numbers; each option sets one of its sizes, its activation or its loss."""
    refuse_ignored(work, given)
    sizes = {"units" if name == "layers" else name: value for name, value in given.items()}
    if "layers" in given:
        sizes["units"] = given["layers"][0]
    return workloads.operation(work, **sizes, seed=seed)


def guess_models(given):
    """Which models suit the options when none is named: both by default."""
    if {"layers", "activation", "loss"} & set(given) or given.get("data") == "digits":
        return ["network"]
    return ["logistic"] if "data" in given else ["logistic", "network"]


def build_model(model, seed, given):
    """One model's step on one data set."""
    refuse_ignored(model, given)
    data = given.get("data", "synthetic" if {"examples", "features"} & set(given) else DEFAULT_DATA[model])
    X, Y, is_quantity = examples_of(data, seed, given)
    if model == "logistic":
        if is_quantity:
            raise OptionError(f"logistic tells two classes apart, and {data} has a quantity: compare network")
        return workloads.logistic(X, Y, data, seed)
    chosen = {name: given[name] for name in ("activation", "loss") if name in given}
    if is_quantity:
        chosen.setdefault("loss", "squared")
    if model == "training":
        return build_training(X, Y, given, chosen, {"data": data, "seed": seed})
    return workloads.network(X, Y, given.get("layers", [32, len(Y)]), **chosen, data=data, seed=seed)


def build_training(X, Y, given, chosen, drawn):
    """Epochs of logistic regression, or of a network where there are layers."""
    layers = given.get("layers")
    if layers is None and len(Y) > 1:
        raise OptionError(
            f"{drawn['data']} has {len(Y)} classes, a neuron two: give --layers, such as --layers 32,{len(Y)}"
        )
    how = {"batch_size": workloads.default_batch_size(layers is not None)}
    how |= {name: given[name] for name in HOW_TO_TRAIN if name in given}
    return workloads.training(X, Y, "network" if layers else "logistic", layers, **chosen, **drawn, **how)


def examples_of(data, seed, given):
    """X and Y of a data set by its name, or of one's own; and whether a quantity is to be predicted."""
    asked = {name: given[name] for name in ("examples", "features", *datasets.OPTIONS) if name in given}
    if data == "synthetic" and "layers" in given:
        asked["classes"] = max(2, given["layers"][-1])
    whole = "examples" not in datasets.SIZES.get(data, ())  # comes in one size: the first examples are taken of it
    examples = asked.pop("examples", None) if whole else None
    dataset = datasets.find(data, seed=seed, if_too_large="what is compared has to fit, and be copied", **asked)
    return *first_examples(dataset, examples), not dataset.classes


def first_examples(dataset, examples):
    """The first `examples` columns; all by default."""
    m = dataset.X.shape[1]
    if examples is None or examples == m:
        return dataset.X, dataset.Y
    if not 1 <= examples <= m:
        raise OptionError(f"examples is {examples}; {dataset.name} has m = {m}")
    return dataset.X[:, :examples].copy(), dataset.Y[:, :examples].copy()


def network_of(layers, **options):
    """The architecture of layer sizes that begin with the input."""
    if len(layers) < 2:
        raise ArchitectureError(f"layers is {layers[0]}; expected the input and at least one layer, such as 5,4,3")
    if len(layers) == 2:
        refuse_without_hidden_layers(layers, options)
    return fitting(layers[0], layers[-1], layers[1:], **options)
