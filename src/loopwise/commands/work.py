"""Which options a piece of work depends on: one that would change nothing is refused, not answered with a figure."""

from ..errors import OptionError, choose
from ..interface import OPERATIONS
from ..workloads import GROWS, ROWS_ARE_FEATURES

MODELS = {
    "logistic": ("data", "examples", "features"),
    "network": ("data", "examples", "features", "layers", "activation", "loss"),
}
SIZE_OF = {"m": "examples", "n_x": "features"}  # what grows, and the option for it where it does not
OF_HIDDEN_LAYERS = ("activation", "keep_prob", "batch_norm")


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
        The options that somebody has named.
    offered : sequence of str, optional
        The options that the command has; all by default.
    """
    known = known_options(work)
    for name in given:
        if name not in known:
            others = ", ".join(f"--{option}" for option in known if offered is None or option in offered)
            raise OptionError(f"--{name} does not belong to {work} (known: {others})")
    layers = given.get("layers", ())
    if work != "network" and len(layers) > 1:
        raise OptionError(f"layers is {','.join(map(str, layers))}; {work} has rows of one layer: --layers {layers[0]}")
    if work == "network" and len(layers) == 1:
        refuse_without_hidden_layers(layers, given)


def refuse_without_hidden_layers(layers, given):
    """Raise for the first option in `given` that is of the hidden layers alone; `layers` are what --layers names."""
    for name in OF_HIDDEN_LAYERS:
        if given.get(name):
            raise OptionError(
                f"--{name.replace('_', '-')} is of the hidden layers; --layers {','.join(map(str, layers))} has none"
            )


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
            raise OptionError(f"--{option} does not belong to --over {over}, which takes its sizes from --sizes")
    elif work != "network":
        raise OptionError(f"--over {over} is of a network: loopwise sweep network --over {over}")
    elif "layers" in given:
        *hidden, output = given["layers"]
        if not hidden:
            raise OptionError(f"--over {over} is of the hidden layers; --layers {output} has none")
        if over == "depth" and len(set(hidden)) > 1:
            likes = f"--layers {hidden[0]},{output}"
            raise OptionError(f"--over depth makes every hidden layer like the first; expected {likes}")
