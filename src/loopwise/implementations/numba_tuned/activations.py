"""Activations, their slopes, and dZ from dA."""

from .elementwise import ACTIVATE, BACKWARD, SLOPE, activations


def activate(Z, activation):
    """A = g(Z)."""
    return activations(ACTIVATE, Z, Z, activation)


def activation_slope(Z, activation):
    """g'(Z)."""
    return activations(SLOPE, Z, Z, activation)


def activation_backward(dA, Z, activation):
    """dZ = dA * g'(Z)."""
    return activations(BACKWARD, dA, Z, activation)
