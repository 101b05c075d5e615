"""Which of a file's functions are whole networks, or the passes of one."""

from ..interface import OPTIONAL
from . import parameters
from .passes import FIXED, Passes
from .results import plain
from .step_function import StepFunction
from .whole_network import WholeNetwork

FORWARD = (
    "lmodelforward forwardpropagation modelforward forwardprop forward feedforward networkforward forwardpass "
    "fullforwardpropagation forwardpropagate nnforward propagateforward forwardpropagationn modelforwardpropagation"
)
BACKWARD = (
    "lmodelbackward backwardpropagation backprop modelbackward backward backwardprop backpropagation networkbackward "
    "fullbackwardpropagation backpropagate nnbackward propagatebackward backwardpass modelbackwardpropagation"
)
OF_BACKWARD = ("AL", "Y", "caches", "parameters", "X")


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
        if passing is None:
            continue
        passes = {"forward": tuple(passing[1:]), "backward": tuple(back), "cost": cost}
        networks.append(Passes(name, functions[name], what="backward", **passes))
    step = functions.get("network_step")
    if step is not None and len(parameters.signature(step) or ()) in (4, len(OPTIONAL["network_step"].parameters)):
        networks.append(StepFunction("network_step", step))
    return networks


def forward_of(name, forwards, order):
    """The forward pass that a backward pass belongs to; None where there is none.

    It has the same ending, or none; of several it is the last one before it.
    """
    alike = [one for one in forwards if ending_of(one[0]) == ending_of(name)]
    alike = alike or [one for one in forwards if not ending_of(one[0])]
    if not alike:
        return None
    before = [one for one in alike if order.index(one[0]) < order.index(name)]
    return before[-1] if before else alike[0]


def ending_of(name):
    """`dropout` of `forward_propagation_with_dropout`."""
    return plain(name).partition("with")[2]


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
