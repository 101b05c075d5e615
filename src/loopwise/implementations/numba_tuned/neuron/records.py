"""What a neuron's kernels are given, as records: a line of meaning for each field."""

from typing import NamedTuple

import numpy as np


class Neuron(NamedTuple):
    """A neuron: its parameters, and how its cost is counted."""

    w: np.ndarray  # (n_x,)
    b: float
    kind: int  # LOGISTIC, ADALINE or PERCEPTRON


class Lines(NamedTuple):
    """The rows or the columns of X, whichever are contiguous: a line is a feature (rows) or an example (columns)."""

    numbers: np.ndarray
    offset: int  # along rows: of example 0 in the first line; along columns: of the line of example 0
    stride: int  # numbers from one line to the next
