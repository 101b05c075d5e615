"""Single neurons: the perceptron, Adaline and logistic regression, one step over m examples each."""

import numpy as np

from .activations import sigmoid, step
from .losses import logistic_loss, squared_loss

# === single neurons =================================================================================


def perceptron_step(w, b, X, Y):
    """Rosenblatt's rule summed over m examples: the number of errors and gradients dw, db."""
    dZ = step(w.T @ X + b) - Y
    return np.count_nonzero(dZ), X @ dZ.T, dZ.sum()


def adaline_step(w, b, X, Y):
    """The delta rule: cost J = ½ Σ (y - z)² and gradients dw, db over m examples."""
    Z = w.T @ X + b
    dZ = Z - Y
    return squared_loss(Z, Y).sum(), X @ dZ.T, dZ.sum()


# === logistic regression ============================================================================


def logistic_forward(w, b, X):
    """A = σ(wᵀX + b)."""
    return sigmoid(w.T @ X + b)


def logistic_step(w, b, X, Y):
    """The slide's loop as array expressions: every example at once."""
    m = X.shape[1]
    Z = w.T @ X + b
    dZ = sigmoid(Z) - Y
    return logistic_loss(Z, Y).sum() / m, X @ dZ.T / m, dZ.sum() / m
