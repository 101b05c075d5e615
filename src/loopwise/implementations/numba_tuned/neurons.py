"""Single neurons: the perceptron, Adaline and logistic regression, one step over m examples each."""

import numpy as np

from ...interface import ADALINE, LOGISTIC, PERCEPTRON, SIGMOID
from ...jit.matmul.matrix import plain
from .elementwise import bias_of_chunk
from .neuron.step import step, weighted_sums

# === single neurons =================================================================================


def perceptron_step(w, b, X, Y):
    """The number of errors and gradients dw, db."""
    return step(w, b, X, Y, PERCEPTRON)


def adaline_step(w, b, X, Y):
    """The sum of squared errors and gradients dw, db."""
    return step(w, b, X, Y, ADALINE)


# === logistic regression ============================================================================


def logistic_forward(w, b, X):
    """A = σ(wᵀX + b)."""
    Z = weighted_sums(plain(w[:, 0]), X)[None, :]
    A = np.empty(Z.shape, Z.dtype)
    bias_of_chunk(0, 1, Z, np.full((1, 1), b, Z.dtype), SIGMOID, A)
    return A


def logistic_step(w, b, X, Y):
    """One pass over m examples: cost J and gradients dw, db."""
    return step(w, b, X, Y, LOGISTIC)
