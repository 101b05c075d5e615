"""What a neuron's kernels are given, as records: a line of meaning for each field."""

from typing import NamedTuple

import numpy as np


class Neuron(NamedTuple):
    """A neuron: its parameters, and how its cost is counted."""

    w: np.ndarray  # (n_x,)
    b: float
    kind: int  # LOGISTIC, ADALINE or PERCEPTRON: see `delta`


class Lines(NamedTuple):
    """Lines of numbers that lie side by side: the features of X along rows, its examples along columns."""

    numbers: np.ndarray
    offset: int  # of example 0 in the first line, or of example 0 as a line
    stride: int  # numbers from one line to the next
