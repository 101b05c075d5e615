"""Which of a function's parameters is which: by what people call them, else by their order."""

import inspect
from functools import lru_cache

from ..process.signatures import parameters_of
from .results import plain

# What people call what a function takes, in small letters and without underscores.
CALLED = {
    "w": "w weights weight theta",
    "b": "b bias biases intercept b0",
    "X": "x data features inputs input xtrain trainx xs a0",
    "Y": "y labels label target targets t ytrue yactual ytrain ys truth",
    "W": "w weights weight",
    "A_prev": "aprev a x input inputs prev xin activations",
    "A": "a al a2 a3 yhat ypred aout output outputs out probabilities probs p predictions prediction pred h",
    "Z": "z x s t a inputs input values v logits scores",
    "dA": "da dout grad gradoutput upstream dy dl outputgradient delta",
    "dZ": "dz dout grad delta da dy upstream gradoutput",
    "cache": "cache caches linearcache activationcache z currentcache",
    "activation": "activation act g func activationfunction name kind",
    "loss": "loss lossfunction kind",
    "parameters": "parameters params param weights",
    "grads": "grads gradients grad gradient",
    "theta": "theta w params parameters weights x",
    "gradient": "gradient grad grads dw dtheta gradients dx g",
    "velocity": "velocity v vel m",
    "square": "square s cache v sq",
    "v": "v velocity velocities vel m",
    "s": "s square squares cache v",
    "t": "t step iteration counter",
    "alpha": "alpha learningrate lr eta rate a stepsize",
    "beta": "beta momentum rho decay decayrate beta1 mu gamma",
    "beta_1": "beta1 b1",
    "beta_2": "beta2 b2",
    "epsilon": "epsilon eps e",
    "keep_prob": "keepprob",
    "l2": "l2 lambd lam lambda reg lambda_",
    "AL": "a al a2 a3 yhat ypred aout output outputs out probabilities probs p predictions prediction pred probas h",
    "epochs": "numiterations numepochs iterations epochs niter niters iters maxiter nepochs niterations",
    "layer_sizes": "layersdims layerdims layersizes layers dims sizes architecture layerssizes nnarchitecture",
    "slope": "alpha slope negativeslope a leak leakyslope leakyalpha epsilon",
    "caches": "caches cache memory activations",
}
SUMS = {"x", "v", "B"}  # of what takes these, parameters have any names
SIZES = ("n", "size", "dim", "shape", "model", "self", "config", "bnparam", "dropoutparam")
# Of each of these, one role is what a function takes, or a parameter with such a name is none of its.
OTHERS = (("Y",), ("X", "A_prev", "Z", "A", "theta"), ("w", "W", "theta", "parameters"))


@lru_cache(maxsize=1024)
def signature(function):
    """(name, whether it must be given) of a function's parameters, compiled or not; None where it does not tell."""
    try:
        parameters = parameters_of(function).values()
    except (TypeError, ValueError):
        return None
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return tuple((one.name, one.default is one.empty) for one in parameters if one.kind not in kinds)


@lru_cache(maxsize=1024)
def keywords_alone(function):
    """The parameters that can be given by name alone."""
    parameters = parameters_of(function).values()
    return {one.name for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY}


def matched(function, roles, by_name=False):
    """The role of each parameter that is to be given, in the order of the parameters.

    Parameters
    ----------
    function : callable
    roles : tuple of str
        All that a function takes, in the usual order.
    by_name : bool
        Whether the names alone say which is which, not the order.

    Returns
    -------
    list of (str, str) or None
        The parameter's name and its role; None where they do not fit.
    """
    parameters = signature(function)
    if parameters is None:
        return None
    required = [name for name, needed in parameters if needed]
    named = by_names(parameters, roles)
    if set(named.values()) == set(roles) and set(required) <= set(named):
        return [(name, named[name]) for name, _ in parameters if name in named]
    if len(required) == len(roles) and not by_name and not is_of_others(required, roles):
        return list(zip(required, roles))
    return None


def is_of_others(names, roles):
    """Whether a parameter's name says that it is something else than what is to be given: no labels, and no sizes."""
    if set(roles) & SUMS:
        return False
    foreign = set(SIZES)
    for others in OTHERS:
        foreign |= set() if set(others) & set(roles) else {name for one in others for name in CALLED[one].split()}
    foreign -= {name for role in roles for name in CALLED.get(role, "").split()}
    return any(plain(name) in foreign for name in names)


def by_names(parameters, roles):
    """The roles of the parameters whose names say which they are."""
    named, free = {}, list(roles)
    for exact in (True, False):
        for name, _ in parameters:
            if name in named:
                continue
            for role in free:
                called = {plain(role)} if exact else set(CALLED.get(role, "").split())
                if plain(name) in called and (not exact or name == role or plain(name) == plain(role)):
                    named[name] = role
                    free.remove(role)
                    break
    return named


def arguments(function, roles, values):
    """The positional arguments and the keywords with which a function is given values by role."""
    parameters, by_parameter = signature(function), {name: values[role] for name, role in roles}
    positional, keywords, alone = [], {}, keywords_alone(function)
    for k, (name, _) in enumerate(parameters):
        if name in by_parameter and len(positional) == k and name not in alone:
            positional.append(by_parameter[name])
        elif name in by_parameter:
            keywords[name] = by_parameter[name]
    return positional, keywords
