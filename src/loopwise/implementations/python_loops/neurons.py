"""Single neurons: the perceptron, Adaline and logistic regression, one step over m examples each."""

from .activations import sigmoid, step
from .losses import logistic_loss, squared_loss
from .sums import zeros

# === single neurons =================================================================================


def perceptron_step(w, b, X, Y):
    """Rosenblatt's rule summed over m examples: the number of errors and gradients dw, db."""
    n_x, m = len(X), len(X[0])
    errors, dw, db = 0.0, zeros(n_x, 1), 0.0
    for i in range(m):
        z = 0.0
        for j in range(n_x):
            z += w[j][0] * X[j][i]
        dz = step(z + b) - Y[0][i]
        if dz != 0.0:
            errors += 1.0
        for j in range(n_x):
            dw[j][0] += X[j][i] * dz
        db += dz
    return errors, dw, db


def adaline_step(w, b, X, Y):
    """The delta rule: cost J = ½ Σ (y - z)² and gradients dw, db over m examples."""
    n_x, m = len(X), len(X[0])
    J, dw, db = 0.0, zeros(n_x, 1), 0.0
    for i in range(m):
        z = 0.0
        for j in range(n_x):
            z += w[j][0] * X[j][i]
        dz = z + b - Y[0][i]
        J += squared_loss(z + b, Y[0][i])
        for j in range(n_x):
            dw[j][0] += X[j][i] * dz
        db += dz
    return J, dw, db


# === logistic regression ============================================================================


def logistic_forward(w, b, X):
    """A = σ(wᵀX + b)."""
    n_x, m = len(X), len(X[0])
    A = zeros(1, m)
    for i in range(m):
        z = 0.0
        for j in range(n_x):
            z += w[j][0] * X[j][i]
        A[0][i] = sigmoid(z + b)
    return A


def logistic_step(w, b, X, Y):
    """One pass of the slide's loop: cost J and gradients dw, db over m examples."""
    n_x, m = len(X), len(X[0])
    J, dw, db = 0.0, zeros(n_x, 1), 0.0
    for i in range(m):
        z = 0.0
        for j in range(n_x):
            z += w[j][0] * X[j][i]
        z += b
        J += logistic_loss(z, Y[0][i])
        dz = sigmoid(z) - Y[0][i]
        for j in range(n_x):
            dw[j][0] += X[j][i] * dz
        db += dz
    for j in range(n_x):
        dw[j][0] /= m
    return J / m, dw, db / m
