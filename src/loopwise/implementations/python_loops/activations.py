"""The slide: nested loops over examples, units and features, on lists of floats. No NumPy.

Read this file beside the lecture, and `numba_loops.py` beside this one: the same text, compiled. A matrix is a
list of rows, so `X[j][i]` is feature j of example i. Every sum starts at 0.0 and runs in the slide's order: that
order is what the other exact implementations reproduce bit for bit. Float64 only, since Python has no other float.
"""

from math import exp, log, log1p, tanh

from ..interface import CROSS_ENTROPY, SOFTMAX, SQUARED
from .python_loops_training import (
    adam,
    batch_norm_backward,
    batch_norm_forward,
    batch_norm_predict,
    descend,
    dropout,
    l2_cost,
    l2_gradient,
    momentum,
    rmsprop,
    zeros,
)

__all__ = ["dot", "matvec", "matmul"]
__all__ += ["activate", "activation_slope", "activation_backward"]
__all__ += ["cost", "output_delta"]
__all__ += ["perceptron_step", "adaline_step"]
__all__ += ["logistic_forward", "logistic_step"]
__all__ += ["layer_forward", "layer_gradient", "layer_backward"]
__all__ += ["l2_cost", "l2_gradient", "dropout"]
__all__ += ["batch_norm_forward", "batch_norm_backward", "batch_norm_predict"]
__all__ += ["descend", "momentum", "rmsprop", "adam"]

# === sums by hand =====================================================================================


def dot(w, x):
    """z = wᵀx."""
    z = 0.0
    for j in range(len(w)):
        z += w[j] * x[j]
    return z


def matvec(A, v):
    """u = A v: two nested loops."""
    u = [0.0] * len(A)
    for i in range(len(A)):
        for j in range(len(v)):
            u[i] += A[i][j] * v[j]
    return u


def matmul(A, B):
    """C = A B: three nested loops."""
    n, inner, p = len(A), len(B), len(B[0])
    C = zeros(n, p)
    for i in range(n):
        for j in range(p):
            c = 0.0
            for k in range(inner):
                c += A[i][k] * B[k][j]
            C[i][j] = c
    return C


# === activations ======================================================================================


def identity(z):
    return z


def step(z):
    return 1.0 if z >= 0.0 else 0.0


def sign(z):
    return 1.0 if z >= 0.0 else -1.0


def sigmoid(z):
    """1 / (1 + e^-z), written so that e^… never overflows."""
    e = exp(-abs(z))
    return (1.0 if z >= 0.0 else e) / (1.0 + e)


def relu(z):
    return z if z > 0.0 else 0.0


def leaky_relu(z):
    return z if z >= 0.0 else 0.01 * z


def flat_slope(z):
    return 0.0


def identity_slope(z):
    return 1.0


def sigmoid_slope(z):
    a = sigmoid(z)
    return a * (1.0 - a)


def tanh_slope(z):
    a = tanh(z)
    return 1.0 - a * a


def relu_slope(z):
    return 1.0 if z >= 0.0 else 0.0


def leaky_relu_slope(z):
    return 1.0 if z >= 0.0 else 0.01


# In the order of interface.ACTIVATIONS: identity, step, sign, sigmoid, tanh, relu, leaky_relu.
G = (identity, step, sign, sigmoid, tanh, relu, leaky_relu)
G_SLOPE = (identity_slope, flat_slope, flat_slope, sigmoid_slope, tanh_slope, relu_slope, leaky_relu_slope)


def softmax(Z):
    """Each column's e^z, divided by the column's sum; its largest z is taken off first."""
    n, m = len(Z), len(Z[0])
    A = zeros(n, m)
    for i in range(m):
        top = largest(Z, i)
        total = 0.0
        for k in range(n):
            A[k][i] = exp(Z[k][i] - top)
            total += A[k][i]
        for k in range(n):
            A[k][i] /= total
    return A


def largest(Z, i):
    """The largest entry of column i."""
    top = Z[0][i]
    for k in range(1, len(Z)):
        if Z[k][i] > top:
            top = Z[k][i]
    return top


def activate(Z, activation):
    """A = g(Z)."""
    if activation == SOFTMAX:
        return softmax(Z)
    n, m, g = len(Z), len(Z[0]), G[activation]
    A = zeros(n, m)
    for k in range(n):
        for i in range(m):
            A[k][i] = g(Z[k][i])
    return A


def activation_slope(Z, activation):
    """g'(Z)."""
    n, m = len(Z), len(Z[0])
    slope = zeros(n, m)
    if activation == SOFTMAX:
        A = softmax(Z)
        for k in range(n):
            for i in range(m):
                slope[k][i] = A[k][i] * (1.0 - A[k][i])
        return slope
    g_slope = G_SLOPE[activation]
    for k in range(n):
        for i in range(m):
            slope[k][i] = g_slope(Z[k][i])
    return slope


def activation_backward(dA, Z, activation):
    """dZ = dA * g'(Z); a softmax unit also feels what the other units of its example feel."""
    n, m = len(Z), len(Z[0])
    dZ = zeros(n, m)
    if activation == SOFTMAX:
        A = softmax(Z)
        for i in range(m):
            mean = 0.0
            for k in range(n):
                mean += A[k][i] * dA[k][i]
            for k in range(n):
                dZ[k][i] = A[k][i] * (dA[k][i] - mean)
        return dZ
    g_slope = G_SLOPE[activation]
    for k in range(n):
        for i in range(m):
            dZ[k][i] = dA[k][i] * g_slope(Z[k][i])
    return dZ


# === losses ===========================================================================================


def absolute_loss(a, y):
    return abs(a - y)


def squared_loss(a, y):
    return 0.5 * (a - y) * (a - y)


def logistic_loss(z, y):
    """-(y log a + (1 - y) log(1 - a)) with a = sigmoid(z), from z: finite however large z is."""
    return (z if z >= 0.0 else 0.0) - z * y + log1p(exp(-abs(z)))


def example_loss(Z, A, Y, i, loss, activation):
    """Σ_units loss of example i."""
    n, total = len(Y), 0.0
    if loss == CROSS_ENTROPY and activation == SOFTMAX:
        top = largest(Z, i)
        log_total = log_sum_exp(Z, i, top)
        for k in range(n):
            total += Y[k][i] * (top - Z[k][i] + log_total)
    elif loss == CROSS_ENTROPY:
        for k in range(n):
            total += logistic_loss(Z[k][i], Y[k][i])
    elif loss == SQUARED:
        for k in range(n):
            total += squared_loss(A[k][i], Y[k][i])
    else:
        for k in range(n):
            total += absolute_loss(A[k][i], Y[k][i])
    return total


def log_sum_exp(Z, i, top):
    """log Σ_k e^(z_k - top) of example i."""
    total = 0.0
    for k in range(len(Z)):
        total += exp(Z[k][i] - top)
    return log(total)


def cost(Z, A, Y, loss, activation):
    """J = 1/m Σ_examples Σ_units loss."""
    m = len(Y[0])
    J = 0.0
    for i in range(m):
        J += example_loss(Z, A, Y, i, loss, activation)
    return J / m


def output_delta(Z, A, Y, loss, activation):
    """The last layer's dZ: A - Y for cross-entropy after sigmoid or softmax."""
    n, m = len(Y), len(Y[0])
    dA = zeros(n, m)
    for k in range(n):
        for i in range(m):
            error = A[k][i] - Y[k][i]
            if loss == SQUARED or loss == CROSS_ENTROPY:
                dA[k][i] = error
            elif error > 0.0:
                dA[k][i] = 1.0
            elif error < 0.0:
                dA[k][i] = -1.0
    if loss == CROSS_ENTROPY:
        return dA
    return activation_backward(dA, Z, activation)


# === single neurons ===================================================================================


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


# === logistic regression ==============================================================================


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


# === one layer ========================================================================================


def layer_forward(W, b, A_prev, activation):
    """Z = W A_prev + b and A = g(Z), example by example, unit by unit."""
    n, n_prev, m = len(W), len(A_prev), len(A_prev[0])
    Z = zeros(n, m)
    for i in range(m):
        for k in range(n):
            z = 0.0
            for j in range(n_prev):
                z += W[k][j] * A_prev[j][i]
            Z[k][i] = z + b[k][0]
    return Z, activate(Z, activation)


def layer_gradient(dZ, A_prev):
    """dW = 1/m dZ A_prevᵀ and db = 1/m Σ dZ, summed example by example."""
    n, n_prev, m = len(dZ), len(A_prev), len(A_prev[0])
    dW, db = zeros(n, n_prev), zeros(n, 1)
    for i in range(m):
        for k in range(n):
            dz = dZ[k][i]
            for j in range(n_prev):
                dW[k][j] += dz * A_prev[j][i]
            db[k][0] += dz
    for k in range(n):
        for j in range(n_prev):
            dW[k][j] /= m
        db[k][0] /= m
    return dW, db


def layer_backward(dZ, W, A_prev):
    """dA_prev = Wᵀ dZ, and the gradients of the layer's own W and b."""
    n, n_prev, m = len(dZ), len(A_prev), len(A_prev[0])
    dA_prev = zeros(n_prev, m)
    for i in range(m):
        for j in range(n_prev):
            da = 0.0
            for k in range(n):
                da += W[k][j] * dZ[k][i]
            dA_prev[j][i] = da
    dW, db = layer_gradient(dZ, A_prev)
    return dA_prev, dW, db
