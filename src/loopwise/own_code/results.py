"""What a function has returned, by name: from a number, an array, a tuple, a dict, or a dict in a tuple."""

from functools import lru_cache

from ..errors import ResultError

# What people call a result, in small letters and without underscores, where that is not its own name.
CALLED = {
    "J": ("cost", "loss", "error", "c", "l"),
    "dw": ("gradw", "wgrad", "dw1", "gradientw", "dweights", "weights"),
    "db": ("gradb", "bgrad", "db1", "gradientb", "dbias", "dbiases", "bias"),
    "dW": ("gradw", "wgrad", "dw1", "dweights"),
    "dA_prev": ("daprev", "dx", "dinput", "dinputs", "da0", "da"),
    "dZ": ("dz", "dx"),
    "A": ("a", "al", "output", "out", "yhat"),
    "Z": ("z", "output", "out"),
}


@lru_cache(maxsize=4096)
def plain(name):
    """A name in small letters, without underscores."""
    return name.lower().replace("_", "")


def by_name(returned, names, spare=False, opened=True):
    """What a function returned, by the interface's names.

    Parameters
    ----------
    returned : object
    names : tuple of str
        What is expected, in order.
    spare : bool
        Whether there may be more than that, such as a cache.
    opened : bool
        Whether a dict holds results; else it is one.

    Returns
    -------
    dict of str to object

    Raises
    ------
    ResultError
        It is not what was expected: in a sentence.
    """
    if returned is None:
        raise ResultError(f"returns nothing; expected {', '.join(names)} — is the return missing?")
    several = isinstance(returned, tuple) if len(names) == 1 else isinstance(returned, (tuple, list))
    given = list(returned) if several and (len(names) > 1 or spare) else [returned]
    found, unnamed = {}, []
    for one in given:
        if isinstance(one, dict) and opened:
            found |= known_keys(one, names)
        else:
            unnamed.append(one)
    missing = [name for name in names if name not in found]
    if len(unnamed) < len(missing) and len(given) > len(unnamed):
        raise ResultError(f"returns no {missing[len(unnamed)]}; expected {', '.join(names)}")
    if len(unnamed) < len(missing) or (len(unnamed) > len(missing) and not spare):
        results = f"{len(given)} result{'s' * (len(given) != 1)}"
        raise ResultError(f"returns {results}; expected {len(names)}: {', '.join(names)}")
    return {name: (found | dict(zip(missing, unnamed)))[name] for name in names}


def known_keys(given, names):
    """The entries of a dict that are named like what is expected, or as people call it."""
    keys = {plain(str(key)): key for key in given}
    found = {}
    for name in names:
        for called in (plain(name), *CALLED.get(name, ())):
            if called in keys:
                found[name] = given[keys[called]]
                break
    return found
