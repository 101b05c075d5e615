"""Is a gradient right? Take a small step and look at the slope.

Source: B "Derivatives and Gradient Descent" (f(3.001) − f(3) over 0.001); C 9; P "Computation Graph".
"""

from dataclasses import dataclass

import numpy as np

from ..errors import DTypeError, OptionError
from .models import as_model
from .parameters import native_theta, parameter_name

EPS = np.finfo(np.float64).eps
STEP = EPS ** (1 / 3)  # where a central difference's two errors, h² and ε/h, balance
TOLERANCE = 1e-6  # a wrong formula is off by far more than STEP², a right one by little more than rounding
ROUNDINGS = 16  # how many last places of J rounding is given


def slope(f, x, h=STEP):
    """The slope of f at x by a small step to both sides: `(f(x + h) − f(x − h)) / 2h`.

    The lecture steps to one side, which is off by h f''/2; to both sides the error is h² f'''/6.

    Parameters
    ----------
    f : callable
    x, h : float

    Returns
    -------
    float
    """
    up, down = x + h, x - h
    return (f(up) - f(down)) / (up - down)


@dataclass(frozen=True)
class GradientCheck:
    """What `gradient_check` found.

    Attributes
    ----------
    parameter : str
        The worst: `W[2][3, 1]`.
    relative_error : float
        Of the worst: |gradient − slope| over the larger of the two, and over what rounding leaves of a tiny one.
    gradient, slope : float
        Of the worst: as backpropagation and as a small step give it.
    passed : bool
        Whether the worst relative error is at most `TOLERANCE`.
    """

    parameter: str
    relative_error: float
    gradient: float
    slope: float

    @property
    def passed(self):
        return self.relative_error <= TOLERANCE


def gradient_check(impl, model, theta, X, Y, seed=0):
    """Hold every entry of the gradient against the slope of the cost.

    Parameters
    ----------
    impl : Implementation
    model : Architecture, Neuron or Network
        Not a perceptron: its cost is flat between jumps, and its rule is no gradient.
    theta : array (P,) of float64
    X, Y : native (n[0], m) and (n[L], m)
    seed : int
        Of dropout's masks, the same ones at every step.

    Returns
    -------
    GradientCheck

    Raises
    ------
    OptionError
        For a perceptron.

    Notes
    -----
    Where a small step crosses a corner (relu at 0), the slope of that step means nothing: an entry that fails is
    tried again with smaller ones. A wrong gradient fails with each. Source: C 9; P "Gradient checking".
    """
    model = as_model(model)
    if getattr(model, "kind", None) == "perceptron":
        raise OptionError("a perceptron's cost jumps: its rule is not the slope of anything")
    theta = native_theta(theta, model.parameter_count, "for layer sizes", model.n)
    if theta.dtype != np.float64:
        raise DTypeError(f"theta is {theta.dtype.name}; expected float64: a small step is lost in anything shorter")
    _, gradient, _ = model.step(impl, theta, X, Y, seed)

    def cost(p, value):
        moved = theta.copy()
        moved[p] = value
        return model.step(impl, moved, X, Y, seed)[0]

    worst = max(_entry(lambda value, p=p: cost(p, value), theta[p], gradient[p], p) for p in range(len(theta)))
    error, p, numerical = worst
    return GradientCheck(name(model, p), error, float(gradient[p]), numerical)


def _entry(f, x, gradient, p):
    """(relative error, p, slope) of one entry: the best of three steps."""
    tries = []
    for shrink in (1, 10, 100):
        h = STEP * max(1.0, abs(x)) / shrink
        numerical = slope(f, x, h)
        noise = ROUNDINGS * EPS * abs(f(x)) / h
        with np.errstate(invalid="ignore"):
            error = abs(gradient - numerical) / max(abs(gradient), abs(numerical), noise / TOLERANCE)
        error = float(error) if np.isfinite(error) else np.inf
        tries.append((error, p, float(numerical)))
        if error <= TOLERANCE:
            break
    return min(tries)


def name(model, p):
    """What theta[p] is called in a model."""
    if hasattr(model, "architecture"):
        return parameter_name(model.architecture, p)
    return f"w[{p}, 0]" if p < model.n_x else "b"
