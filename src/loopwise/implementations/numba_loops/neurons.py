"""Single neurons: the perceptron, Adaline and logistic regression, one step over m examples each."""

import numpy as np

from ...interface import STEP
from ...jit.decorators import njit
from .activations import g, sigmoid
from .losses import logistic_loss, squared_loss

# === single neurons =================================================================================


@njit
def perceptron_step(w, b, X, Y):
    """Rosenblatt's rule summed over m examples: the number of errors and gradients dw, db."""
    n_x, m = X.shape
    real = X.dtype.type
    errors, dw, db = real(0.0), np.zeros((n_x, 1), X.dtype), real(0.0)
    for i in range(m):
        z = real(0.0)
        for j in range(n_x):
            z += w[j, 0] * X[j, i]
        dz = real(g(z + b, STEP) - Y[0, i])
        if dz != 0.0:
            errors += real(1.0)
        for j in range(n_x):
            dw[j, 0] += X[j, i] * dz
        db += dz
    return errors, dw, db


@njit
def adaline_step(w, b, X, Y):
    """The delta rule: cost J = ½ Σ (y - z)² and gradients dw, db over m examples."""
    n_x, m = X.shape
    real = X.dtype.type
    J, dw, db = real(0.0), np.zeros((n_x, 1), X.dtype), real(0.0)
    for i in range(m):
        z = real(0.0)
        for j in range(n_x):
            z += w[j, 0] * X[j, i]
        dz = z + b - Y[0, i]
        J += real(squared_loss(z + b, Y[0, i]))
        for j in range(n_x):
            dw[j, 0] += X[j, i] * dz
        db += dz
    return J, dw, db


# === logistic regression ============================================================================


@njit
def logistic_forward(w, b, X):
    """A = σ(wᵀX + b)."""
    n_x, m = X.shape
    real = X.dtype.type
    A = np.zeros((1, m), X.dtype)
    for i in range(m):
        z = real(0.0)
        for j in range(n_x):
            z += w[j, 0] * X[j, i]
        A[0, i] = sigmoid(z + b)
    return A


@njit
def logistic_step(w, b, X, Y):
    """One pass of the slide's loop: cost J and gradients dw, db over m examples."""
    n_x, m = X.shape
    real = X.dtype.type
    J, dw, db = real(0.0), np.zeros((n_x, 1), X.dtype), real(0.0)
    for i in range(m):
        z = real(0.0)
        for j in range(n_x):
            z += w[j, 0] * X[j, i]
        z += b
        J += real(logistic_loss(z, Y[0, i]))
        dz = real(sigmoid(z) - Y[0, i])
        for j in range(n_x):
            dw[j, 0] += X[j, i] * dz
        db += dz
    for j in range(n_x):
        dw[j, 0] /= m
    return J / m, dw, db / m
