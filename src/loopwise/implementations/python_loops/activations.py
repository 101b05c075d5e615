"""Activations, their slopes, and dZ from dA."""

from math import exp, tanh

from ...interface import SOFTMAX
from .sums import zeros


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
