"""Activations, their slopes, and dZ from dA."""

import numpy as np

from ...interface import SOFTMAX


def identity(Z):
    return Z.copy()


def step(Z):
    return np.where(Z >= 0, Z.dtype.type(1), Z.dtype.type(0))


def sign(Z):
    return np.where(Z >= 0, Z.dtype.type(1), Z.dtype.type(-1))


def sigmoid(Z):
    """1 / (1 + e^-Z), written so that e^… never overflows."""
    e = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1 / (1 + e), e / (1 + e))


def relu(Z):
    return np.maximum(Z, 0)


def leaky_relu(Z):
    return np.maximum(Z, 0.01 * Z)


def softmax(Z):
    """Each column's e^z, divided by the column's sum; its largest z is taken off first."""
    e = np.exp(Z - Z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def identity_slope(Z):
    return np.ones_like(Z)


def flat_slope(Z):
    return np.zeros_like(Z)


def sigmoid_slope(Z):
    A = sigmoid(Z)
    return A * (1 - A)


def tanh_slope(Z):
    A = np.tanh(Z)
    return 1 - A * A


def leaky_relu_slope(Z):
    return np.where(Z >= 0, Z.dtype.type(1), Z.dtype.type(0.01))


def softmax_slope(Z):
    A = softmax(Z)
    return A * (1 - A)


# In the order of interface.ACTIVATIONS. The slope of relu is the unit step.
G = (identity, step, sign, sigmoid, np.tanh, relu, leaky_relu, softmax)
G_SLOPE = (identity_slope, flat_slope, flat_slope, sigmoid_slope, tanh_slope, step, leaky_relu_slope, softmax_slope)


def activate(Z, activation):
    """A = g(Z)."""
    return G[activation](Z)


def activation_slope(Z, activation):
    """g'(Z)."""
    return G_SLOPE[activation](Z)


def activation_backward(dA, Z, activation):
    """dZ = dA * g'(Z); a softmax unit also feels what the other units of its example feel."""
    if activation == SOFTMAX:
        A = softmax(Z)
        return A * (dA - (A * dA).sum(axis=0, keepdims=True))
    return dA * activation_slope(Z, activation)
