"""Gradient descent: step, descend, repeat.

Source: B "Gradient descent"; C 8; P "Gradient Descent".
"""

import math
import numbers
from dataclasses import dataclass

import numpy as np

from ..errors import OptionError
from .labels import check_labels
from .logistic import logistic_model_step
from .network import network_step


@dataclass
class Trained:
    """What gradient descent found.

    Attributes
    ----------
    theta : array (P,)
    costs : list of float
        `costs[t]` is J after step t + 1, so that the last one belongs to `theta`.
    initial_cost : float
        J before the first step.
    """

    theta: np.ndarray
    costs: list
    initial_cost: float


def train(impl, architecture, theta, X, Y, alpha, steps, callback=None):
    """Train a network by plain gradient descent on all examples at once.

    Parameters
    ----------
    impl : Implementation
    architecture : Architecture, or None for logistic regression (theta = w, then b)
    theta : array (P,)
        Where to start; unchanged.
    X, Y : native (n[0], m) and (n[L], m)
    alpha : float
        Learning rate, positive and finite.
    steps : int
        How many; at least 1.
    callback : callable(t, J), optional
        Called after each step t = 1 … steps. Ctrl-C (`KeyboardInterrupt`) ends training with what was learned.

    Returns
    -------
    Trained

    Raises
    ------
    ShapeError, DTypeError, LabelError, OptionError
    """
    check_hyper_parameters(alpha, steps)
    loss, output = (
        ("cross_entropy", "sigmoid") if architecture is None else (architecture.loss, architecture.g(architecture.L))
    )
    impl.require_native(X=X, Y=Y)
    check_labels(impl.asnumpy(Y), loss, output)

    def step(theta):
        if architecture is None:
            return logistic_model_step(impl, theta, X, Y)
        return network_step(impl, architecture, theta, X, Y)

    return gradient_descent(impl, step, theta, alpha, steps, callback)


def gradient_descent(impl, step, theta, alpha, steps, callback=None):
    """`theta := theta − alpha * gradient`, `steps` times; `step(theta)` returns (J, gradient)."""
    J, gradient = step(theta)
    trained = Trained(theta, [], J)
    try:
        for t in range(1, steps + 1):
            stepped = impl.asnumpy(impl.descend(impl.unchecked(theta), impl.unchecked(gradient), alpha))
            J, gradient = step(stepped)
            theta = stepped
            trained.theta = theta
            trained.costs.append(J)
            if callback is not None:
                callback(t, J)
    except KeyboardInterrupt:
        pass  # what was learned so far is the result
    return trained


def check_hyper_parameters(alpha, steps):
    """Raise `OptionError` for a learning rate or a number of steps that means nothing."""
    if not isinstance(alpha, numbers.Real) or not math.isfinite(alpha) or alpha <= 0:
        raise OptionError(f"alpha is {alpha!r}; expected a positive, finite learning rate")
    if isinstance(steps, bool) or not isinstance(steps, numbers.Integral) or steps < 1:
        raise OptionError(f"steps is {steps!r}; expected a positive whole number")
