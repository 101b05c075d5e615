"""Is a gradient right? Take a small step and look at the slope.

Source: B "Derivatives and Gradient Descent" (f(3.001) − f(3) over 0.001); C 9; P "Computation Graph".
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..errors import DTypeError, OptionError
from ..implementations import Implementation
from .architecture import Architecture
from .models import Network, Neuron, as_model
from .parameters import native_theta, parameter_name, views

EPS = np.finfo(np.float64).eps
STEP = EPS ** (1 / 3)  # where a central difference's two errors, h² and ε/h, balance
TOLERANCE = 1e-6  # a wrong formula is off by far more than STEP², a right one by little more than rounding
ROUNDINGS = 16  # how many last places of J rounding is given
SHRINKS = (1, 10, 100)  # an entry that fails is tried with steps so many times smaller
BESIDE = 2e-5  # how far beside a corner to look: 30 steps, and what a step does to a z is |a| or |x| times as much
CLOSER = (1, 4)  # a corner is one from so many times closer, too


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
        On a corner the slope is the nearest of those that are right there; infinite where anything is not finite.
    gradient, slope : float
        Of the worst: as backpropagation and as a small step give it.
    corners : tuple of str
        Parameters along which the cost has a corner (a z is exactly 0 before relu, an output exactly its label under
        the absolute loss): any value between the slopes of its sides is right.
    corner : bool
        Whether there are any.
    not_finite : str
        What is not finite, of the worst: "the gradient", "the slope of the cost", or both; else empty.
    passed : bool
        Whether the worst relative error is at most `TOLERANCE`.
    """

    parameter: str
    relative_error: float
    gradient: float
    slope: float
    corners: tuple = ()

    @property
    def corner(self):
        return bool(self.corners)

    @property
    def not_finite(self):
        named = {"the gradient": self.gradient, "the slope of the cost": self.slope}
        return " and ".join(name for name, value in named.items() if not np.isfinite(value))

    @property
    def passed(self):
        return self.relative_error <= TOLERANCE


def gradient_check(
    impl: Implementation, model: Architecture | Neuron | Network, theta: ArrayLike, X: Any, Y: Any, seed: Any = 0
) -> GradientCheck:
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
    tried again with smaller ones. A wrong gradient fails with each. Where theta itself is on a corner, as with fresh
    biases at x = 0, every step crosses it: see `_between_sides`. Source: C 9; P "Gradient checking".
    """
    model = as_model(model)
    if getattr(model, "kind", None) == "perceptron":
        raise OptionError("a perceptron's cost jumps: its rule is not the slope of anything")
    theta = native_theta(theta, model.parameter_count, "for layer sizes", model.n)
    if theta.dtype != np.float64:
        raise DTypeError(f"theta is {theta.dtype.name}; expected float64: a small step is lost in anything shorter")
    J, gradient, _ = model.step(impl, theta, X, Y, seed)

    def along(p, start=theta):
        """The cost as a function of theta[p] alone."""

        def cost(value):
            moved = start.copy()
            moved[p] = value
            return model.step(impl, moved, X, Y, seed)[0]

        return cost

    entries = []
    for p, (x, g) in enumerate(zip(theta, gradient)):
        entry = _smooth(along(p), x, g, J)
        if entry.error < np.inf and hasattr(model, "architecture"):  # a single neuron has no corners
            wrong, (left, right) = entry.error > TOLERANCE, _left_and_right(along(p), x, J, _step(x, 1))
            if wrong or _differ((left, right), J, _step(x, 1)):
                sides = _between_sides(along, theta, p, g, J, _lift(model.architecture, theta))
                entry = sides if sides.corner or sides.error < entry.error else entry
        entries.append(entry)
    worst = max(range(len(entries)), key=lambda p: entries[p].error)
    corners = tuple(name(model, p) for p, entry in enumerate(entries) if entry.corner)
    return GradientCheck(
        name(model, worst), entries[worst].error, float(gradient[worst]), entries[worst].slope, corners
    )


class _Entry(NamedTuple):
    """One entry of the gradient against its slope, or against the nearest that is right on a corner."""

    error: float
    slope: float
    corner: bool = False


def _smooth(f, x, gradient, J):
    """The best of three steps to both sides."""
    tries = []
    for shrink in SHRINKS:
        h = _step(x, shrink)
        numerical = float(slope(f, x, h)) if np.isfinite(J) else np.nan
        tries.append(_Entry(_error(gradient, numerical, J, h), numerical))
        if tries[-1].error <= TOLERANCE:
            break
    return min(tries, key=lambda entry: entry.error)


def _step(x, shrink):
    return STEP * max(1.0, abs(x)) / shrink


def _error(gradient, numerical, J, h):
    """Relative, but for what rounding J leaves of a tiny slope; infinite where anything is not finite."""
    if not np.isfinite([gradient, numerical, J]).all():
        return np.inf
    return float(abs(gradient - numerical) / max(abs(gradient), abs(numerical), _noise(J, h) / TOLERANCE))


def _noise(J, h):
    return ROUNDINGS * EPS * abs(J) / h


# === corners ==========================================================================================


def _between_sides(along, theta, p, gradient, J, lift):
    """An entry by the slopes of each side of theta[p]: where they differ, on a corner, all between them are right.

    Two kinds of sides: to the left and right along theta[p]; and beside the corner, where every z and every output is
    a little larger or smaller. The latter differ from the former where theta[p] moves some z up and others down, or a
    second layer is on its corner too: backpropagation takes the same side for all. Where a corner lies a step away,
    they differ from afar but not from closer.
    """
    found = []
    for shrink in CLOSER:
        h = _step(theta[p], shrink)
        small = h / 10  # so that beside a corner no step crosses it
        sides = [*_left_and_right(along(p), theta[p], J, h), *_beside(along, theta, p, BESIDE / shrink * lift, small)]
        if not np.isfinite(sides).all():
            return _Entry(np.inf, np.nan)
        nearest = float(np.clip(gradient, min(sides), max(sides)))
        found.append(_Entry(_error(gradient, nearest, J, small), nearest, _differ(sides, J, small)))
    return min((entry for entry in found if entry.corner == found[-1].corner), key=lambda entry: entry.error)


def _differ(sides, J, h):
    """Whether slopes differ by more than rounding and curvature explain."""
    return bool(max(sides) - min(sides) > max(TOLERANCE * np.abs(sides).max(), _noise(J, h)))


def _left_and_right(f, x, J, h):
    """The slopes of both sides, each by a parabola through three points: off by h² f'''/3."""
    return tuple((4 * f(x + side) - 3 * J - f(x + 2 * side)) / (2 * side) for side in (-h, h))


def _beside(along, theta, p, lift, h):
    """The slopes below and above a corner, as they are where one comes to theta: by a parabola through three points."""
    for side in (-lift, lift):
        near, middle, far = (slope(along(p, start), start[p], h) for start in (theta + k * side for k in (1, 2, 3)))
        yield 3 * near - 3 * middle + far


def _lift(architecture, theta):
    """A direction of the biases in which every z, and every output, grows by 1 or more.

    A unit is lifted by 1, and by what the units before it take away from it at most.
    """
    lift = np.zeros_like(theta)
    W, _, _ = views(theta, architecture)
    _, rise, _ = views(lift, architecture)
    moved = np.zeros((architecture.n[0], 1))  # how far the units before have moved at most
    for l in range(1, architecture.L + 1):
        rise[l][:] = 1 + np.maximum(-W[l], 0) @ moved
        moved = (1 + np.abs(W[l]) @ moved) / architecture.keep_prob
    return lift


def name(model, p):
    """What theta[p] is called in a model."""
    if hasattr(model, "architecture"):
        return parameter_name(model.architecture, p)
    return f"w[{p}, 0]" if p < model.n_x else "b"
