"""A vector of parameters as the course's dict, `parameters["W1"]`, and back."""

import numpy as np

from ..errors import ResultError
from ..implementations.checked_operation import describe
from .forms import LAYOUTS

# The roles that are dicts: what they are of, and what their keys begin with; and what an entry is called.
DICTS = {"parameters": ("theta", ""), "grads": ("gradient", "d"), "v": ("velocity", "d"), "s": ("square", "d")}

DICT_OF = {"theta": "{}", "velocity": "v['d{}']", "square": "s['d{}']"}


def layout(P):
    """The names and shapes of P parameters; of any number, those of one or two layers."""
    if P in LAYOUTS:
        return LAYOUTS[P]
    if P < 4:
        return {"W1": (1, P - 1), "b1": (1, 1)}
    return {"W1": (1, P - 3), "b1": (1, 1), "W2": (1, 1), "b2": (1, 1)}


def split(theta):
    """A vector as a dict of arrays."""
    parts, start = {}, 0
    for name, shape in layout(len(theta)).items():
        size = shape[0] * shape[1]
        parts[name] = theta[start : start + size].reshape(shape)
        start += size
    return parts


class Keyed(dict):
    """A dict of gradients that knows the parameters' own names as well: `grads["W1"]` is `grads["dW1"]`."""

    def __missing__(self, key):
        if f"d{key}" not in self:
            raise KeyError(key)
        return self[f"d{key}"]


def join(parts, name, prefix, P):
    """A dict of arrays as the vector that it was made of.

    Raises
    ------
    ResultError
        It is no dict, lacks a key, or has an array of another shape.
    """
    if not isinstance(parts, dict):
        raise ResultError(f"{name} is {type(parts).__name__}; expected a dict with {prefix}W1, {prefix}b1, …")
    for key, shape in layout(P).items():
        if prefix + key not in parts:
            raise ResultError(f"{name} has no {prefix + key!r}; it has {', '.join(map(repr, parts))}")
        given = np.shape(parts[prefix + key])
        if given != shape:
            raise ResultError(f"{prefix}{key} is {describe(given)}; expected {describe(shape)}")
    return np.concatenate([np.asarray(parts[prefix + key], np.float64).ravel() for key in layout(P)])


class Watched(dict):
    """A dict of parameters that remembers what it was asked for: of a fixed number of layers, not for all of it.

    Attributes
    ----------
    asked : set of str
    counted : bool
        Whether it was gone through as a whole: then it may be of any number of layers.
    """

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

    def keys(self):
        """As of a dict."""
        self.counted = True
        return super().keys()

    def items(self):
        """As of a dict."""
        self.counted = True
        return super().items()

    def copy(self):
        """As of a dict; what is asked of a copy is not seen."""
        self.counted = True
        return super().copy()

    def __deepcopy__(self, memo):
        return {key: value.copy() for key, value in self.items()}

    def is_above(self, key, layers):
        """Whether a key is of a layer that there is not."""
        return key in {f"{symbol}{l}" for symbol in "Wb" for l in range(layers + 1, layers + 9)}
