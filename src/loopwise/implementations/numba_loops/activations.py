"""The slide's loops, compiled: the text of `python_loops.py` with `@njit` on arrays.

`diff` the two files: `X[j][i]` has become `X[j, i]`, lists have become arrays, and a table of functions has become
the branches of `g`, which the compiler lifts out of the loop. Nothing else: no fastmath, no reordering, so every
result has the same bits. `real` is the data's own number type, float64 or float32: sums over examples and features
run in it.
"""

from math import exp, log, log1p, tanh

import numpy as np

from ..interface import (
    CROSS_ENTROPY,
    IDENTITY,
    LEAKY_RELU,
    RELU,
    SIGMOID,
    SIGN,
    SOFTMAX,
    SQUARED,
    STEP,
    TANH,
)
from ..jit.decorators import njit
from .numba_loops_training import (
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


@njit
def dot(w, x):
    """z = wᵀx."""
    real = w.dtype.type
    z = real(0.0)
    for j in range(len(w)):
        z += w[j] * x[j]
    return z


@njit
def matvec(A, v):
    """u = A v: two nested loops."""
    u = np.zeros(len(A), A.dtype)
    for i in range(len(A)):
        for j in range(len(v)):
            u[i] += A[i, j] * v[j]
    return u


@njit
def matmul(A, B):
    """C = A B: three nested loops."""
    n, inner, p = len(A), len(B), B.shape[1]
    real = A.dtype.type
    C = np.zeros((n, p), A.dtype)
    for i in range(n):
        for j in range(p):
            c = real(0.0)
            for k in range(inner):
                c += A[i, k] * B[k, j]
            C[i, j] = c
    return C


# === activations ======================================================================================


@njit
def sigmoid(z):
    """1 / (1 + e^-z), written so that e^… never overflows."""
    e = exp(-abs(z))
    return (1.0 if z >= 0.0 else e) / (1.0 + e)


@njit
def g(z, activation):
    """One number through the activation."""
    if activation == IDENTITY:
        return z
    if activation == STEP:
        return 1.0 if z >= 0.0 else 0.0
    if activation == SIGN:
        return 1.0 if z >= 0.0 else -1.0
    if activation == SIGMOID:
        return sigmoid(z)
    if activation == TANH:
        return tanh(z)
    if activation == RELU:
        return z if z > 0.0 else 0.0
    return z if z >= 0.0 else 0.01 * z


@njit
def g_slope(z, activation):
    """The activation's slope at one number."""
    if activation == IDENTITY:
        return 1.0
    if activation == SIGMOID:
        a = sigmoid(z)
        return a * (1.0 - a)
    if activation == TANH:
        a = tanh(z)
        return 1.0 - a * a
    if activation == RELU:
        return 1.0 if z >= 0.0 else 0.0
    if activation == LEAKY_RELU:
        return 1.0 if z >= 0.0 else 0.01
    return 0.0


@njit
def softmax(Z):
    """Each column's e^z, divided by the column's sum; its largest z is taken off first."""
    n, m = Z.shape
    real = Z.dtype.type
    A = np.zeros((n, m), Z.dtype)
    for i in range(m):
        top = largest(Z, i)
        total = real(0.0)
        for k in range(n):
            A[k, i] = exp(Z[k, i] - top)
            total += A[k, i]
        for k in range(n):
            A[k, i] /= total
    return A


@njit
def largest(Z, i):
    """The largest entry of column i."""
    top = Z[0, i]
    for k in range(1, len(Z)):
        if Z[k, i] > top:
            top = Z[k, i]
    return top


@njit
def activate(Z, activation):
    """A = g(Z)."""
    if activation == SOFTMAX:
        return softmax(Z)
    n, m = Z.shape
    A = np.zeros((n, m), Z.dtype)
    for k in range(n):
        for i in range(m):
            A[k, i] = g(Z[k, i], activation)
    return A


@njit
def activation_slope(Z, activation):
    """g'(Z)."""
    n, m = Z.shape
    slope = np.zeros((n, m), Z.dtype)
    if activation == SOFTMAX:
        A = softmax(Z)
        for k in range(n):
            for i in range(m):
                slope[k, i] = A[k, i] * (1.0 - A[k, i])
        return slope
    for k in range(n):
        for i in range(m):
            slope[k, i] = g_slope(Z[k, i], activation)
    return slope


@njit
def activation_backward(dA, Z, activation):
    """dZ = dA * g'(Z); a softmax unit also feels what the other units of its example feel."""
    n, m = Z.shape
    real = Z.dtype.type
    dZ = np.zeros((n, m), Z.dtype)
    if activation == SOFTMAX:
        A = softmax(Z)
        for i in range(m):
            mean = real(0.0)
            for k in range(n):
                mean += A[k, i] * dA[k, i]
            for k in range(n):
                dZ[k, i] = A[k, i] * (dA[k, i] - mean)
        return dZ
    for k in range(n):
        for i in range(m):
            dZ[k, i] = dA[k, i] * g_slope(Z[k, i], activation)
    return dZ


# === losses ===========================================================================================


@njit
def absolute_loss(a, y):
    return abs(a - y)


@njit
def squared_loss(a, y):
    return 0.5 * (a - y) * (a - y)


@njit
def logistic_loss(z, y):
    """-(y log a + (1 - y) log(1 - a)) with a = sigmoid(z), from z: finite however large z is."""
    return (z if z >= 0.0 else 0.0) - z * y + log1p(exp(-abs(z)))


@njit
def example_loss(Z, A, Y, i, loss, activation):
    """Σ_units loss of example i."""
    n, total = len(Y), 0.0
    if loss == CROSS_ENTROPY and activation == SOFTMAX:
        top = largest(Z, i)
        log_total = log_sum_exp(Z, i, top)
        for k in range(n):
            total += Y[k, i] * (top - Z[k, i] + log_total)
    elif loss == CROSS_ENTROPY:
        for k in range(n):
            total += logistic_loss(Z[k, i], Y[k, i])
    elif loss == SQUARED:
        for k in range(n):
            total += squared_loss(A[k, i], Y[k, i])
    else:
        for k in range(n):
            total += absolute_loss(A[k, i], Y[k, i])
    return total


@njit
def log_sum_exp(Z, i, top):
    """log Σ_k e^(z_k - top) of example i."""
    total = 0.0
    for k in range(len(Z)):
        total += exp(Z[k, i] - top)
    return log(total)


@njit
def cost(Z, A, Y, loss, activation):
    """J = 1/m Σ_examples Σ_units loss."""
    m = Y.shape[1]
    real = Z.dtype.type
    J = real(0.0)
    for i in range(m):
        J += real(example_loss(Z, A, Y, i, loss, activation))
    return J / m


@njit
def output_delta(Z, A, Y, loss, activation):
    """The last layer's dZ: A - Y for cross-entropy after sigmoid or softmax."""
    n, m = Y.shape
    dA = np.zeros((n, m), Z.dtype)
    for k in range(n):
        for i in range(m):
            error = A[k, i] - Y[k, i]
            if loss == SQUARED or loss == CROSS_ENTROPY:
                dA[k, i] = error
            elif error > 0.0:
                dA[k, i] = 1.0
            elif error < 0.0:
                dA[k, i] = -1.0
    if loss == CROSS_ENTROPY:
        return dA
    return activation_backward(dA, Z, activation)


# === single neurons ===================================================================================


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


# === logistic regression ==============================================================================


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


# === one layer ========================================================================================


@njit
def layer_forward(W, b, A_prev, activation):
    """Z = W A_prev + b and A = g(Z), example by example, unit by unit."""
    n, n_prev, m = len(W), len(A_prev), A_prev.shape[1]
    real = A_prev.dtype.type
    Z = np.zeros((n, m), A_prev.dtype)
    for i in range(m):
        for k in range(n):
            z = real(0.0)
            for j in range(n_prev):
                z += W[k, j] * A_prev[j, i]
            Z[k, i] = z + b[k, 0]
    return Z, activate(Z, activation)


@njit
def layer_gradient(dZ, A_prev):
    """dW = 1/m dZ A_prevᵀ and db = 1/m Σ dZ, summed example by example."""
    n, n_prev, m = len(dZ), len(A_prev), A_prev.shape[1]
    dW, db = np.zeros((n, n_prev), dZ.dtype), np.zeros((n, 1), dZ.dtype)
    for i in range(m):
        for k in range(n):
            dz = dZ[k, i]
            for j in range(n_prev):
                dW[k, j] += dz * A_prev[j, i]
            db[k, 0] += dz
    for k in range(n):
        for j in range(n_prev):
            dW[k, j] /= m
        db[k, 0] /= m
    return dW, db


@njit
def layer_backward(dZ, W, A_prev):
    """dA_prev = Wᵀ dZ, and the gradients of the layer's own W and b."""
    n, n_prev, m = len(dZ), len(A_prev), A_prev.shape[1]
    real = dZ.dtype.type
    dA_prev = np.zeros((n_prev, m), dZ.dtype)
    for i in range(m):
        for j in range(n_prev):
            da = real(0.0)
            for k in range(n):
                da += W[k, j] * dZ[k, i]
            dA_prev[j, i] = da
    dW, db = layer_gradient(dZ, A_prev)
    return dA_prev, dW, db
