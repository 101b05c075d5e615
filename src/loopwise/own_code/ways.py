"""The way in which a function does what an operation does: its orientation, its labels, sums or means.

The lecture has one example a column, labels 0 and 1, and means over the examples. Others have one example a row,
vectors of one dimension, labels −1 and +1, or sums. A function that keeps to its own way is right in it.
"""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from ..errors import ResultError
from ..implementations.checked_operation import describe

EXAMPLES = ("m", "p")  # symbols of the dimension that counts examples
MEANS = ("J", "dw", "db", "dW", "gradient")


@dataclass(frozen=True)
class Way:
    """How a function's arguments and results differ from the interface's.

    Attributes
    ----------
    rows : bool
        One example a row: X is (m, n_x).
    flat : bool
        Vectors have one dimension: b is (n,), the labels of one output are (m,), w is (n_x,).
    transposed : bool
        With rows: W is (n[l-1], n[l]), for `A_prev @ W + b`; else it stays as it is, for `A_prev @ W.T + b`.
    signs : bool
        Labels are −1 and +1.
    sums : bool
        J and the gradients are sums over the examples.
    classes : bool
        Labels are the numbers of classes, not one-hot.
    numbers : bool
        The function takes one number, not an array.
    examples : bool
        The function takes one example, a vector.
    order : tuple of str
        In which order it returns its results; () for the interface's.
    instead : tuple of (str, str)
        What it takes in place of something else: ("Z", "A").
    setting : tuple of (str, str)
        The activation and the loss that it has without being asked for them.
    """

    rows: bool = False
    flat: bool = False
    transposed: bool = True
    signs: bool = False
    sums: bool = False
    classes: bool = False
    numbers: bool = False
    examples: bool = False
    order: tuple = ()
    instead: tuple = ()
    setting: tuple = ()

    def said(self):
        """What differs, in words; empty where nothing does."""
        words = {
            "examples in rows": self.rows,
            "W is (n[l], n[l-1])": self.rows and not self.transposed,
            "vectors have one dimension": self.flat and not self.rows,
            "labels −1 and +1": self.signs,
            "sums over the examples": self.sums,
            "labels are numbers of classes": self.classes,
            "one number at a time": self.numbers,
            "one example at a time": self.examples,
            f"returns {', '.join(self.order)}": bool(self.order),
            "the cost after softmax": self.setting == ("softmax", "cross_entropy"),
        }
        words |= {f"takes {other} in place of {usual}": True for usual, other in self.instead}
        return ", ".join(text for text, holds in words.items() if holds)

    def theirs(self, name, value, dims):
        """An argument as the function takes it; `dims` are its symbols in the interface."""
        if self.classes and name == "Y":
            return value.argmax(axis=0)
        if self.signs and name == "Y":
            value = 2.0 * value - 1.0
        if len(dims) != 2:
            return value
        if self.rows and dims[1] in EXAMPLES:
            value = value.T
        elif self.rows and 1 not in dims:
            return value.T if self.transposed else value
        elif self.rows and dims != ("n_x", 1):
            value = value.T  # b is a row
        return value.ravel() if self.flat and 1 in dims else value

    def ours(self, name, value, dims, m):
        """A result in the interface's form. It has to have the shape of what was given: others would be broadcast.

        Raises
        ------
        ResultError
            It has as many numbers, and another shape.
        """
        value = np.asarray(value)
        if len(dims) == 2:
            value = self.in_lectures_orientation(name, value, dims)
        elif self.rows and name == "db" and not dims and value.shape == (1,):
            value = value[0]
        return value / m if self.sums and name in MEANS else value

    def in_lectures_orientation(self, name, value, dims):
        """A matrix or a vector in the lecture's orientation."""
        if 1 in dims and (self.flat or self.rows):
            is_bias = self.rows and dims[1] == 1 and dims[0] != "n_x"
            if value.ndim == 1 and (self.flat or is_bias):
                return value[:, None] if dims[1] == 1 else value[None, :]
            if self.flat and value.size > 1:
                wanted = describe((value.size,))
                raise ResultError(f"{name} is {describe(value.shape)}; expected {wanted}, as what was given")
            if dims == ("n_x", 1):
                return value
        if not self.rows or value.ndim != 2:
            return value
        return value if self.is_as_is(dims) else value.T

    def is_as_is(self, dims):
        """Whether a matrix of weights is not transposed."""
        return not self.transposed and dims[1] not in EXAMPLES and 1 not in dims


LECTURE = Way()
FLAT = Way(flat=True)
ROWS_FLAT = Way(rows=True, flat=True)
ROWS = Way(rows=True)
ROWS_AS_IS = Way(rows=True, flat=True, transposed=False)

# The ways that are tried, in this order, of what has ...
ELEMENTS = (LECTURE, Way(numbers=True))  # one number for each number
COLUMNS = (LECTURE, ROWS)
CLASSES = (*COLUMNS, Way(examples=True))  # softmax: a number for each number of an example
VECTORS = (LECTURE,)
NEURON = (LECTURE, FLAT, ROWS_FLAT, ROWS)
LAYER = (LECTURE, ROWS_FLAT, ROWS, ROWS_AS_IS)


def variations(ways, **choices):
    """Each way, with each combination of choices; the first of each choice comes first."""
    for values in product(*choices.values()):
        for way in ways:
            yield replace(way, **dict(zip(choices, values)))


ROWS_SUMS = tuple(variations(LAYER[1:], sums=(True,)))
