"""Activations, their slopes, and dZ from dA."""

from math import exp, tanh

import numpy as np

from ...interface import IDENTITY, LEAKY_RELU, RELU, SIGMOID, SIGN, SOFTMAX, STEP, TANH
from ...jit.decorators import njit


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
