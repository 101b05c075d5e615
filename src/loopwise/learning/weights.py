"""Examples that count more than others: one with a weight of 2 is there twice.

The operations know no weights. A sum over examples is one over groups of examples with the same weight, so each group
gives its own cost and gradient, and they are added with the weights: one call for each weight that occurs in a batch.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..errors import OptionError, ShapeError


def weights_of(model, weights: ArrayLike, m: int) -> np.ndarray:
    """What each example counts for.

    Parameters
    ----------
    model : Neuron or Network
    weights : array (m,)
        At least 0, and not all 0. Only their ratios matter where the cost is a mean.
    m : int

    Returns
    -------
    array (m,)
        With a mean of 1 where the cost is a mean; as they are where it is a sum.

    Raises
    ------
    ShapeError, OptionError
    """
    weights = np.asarray(weights, np.float64)
    if weights.shape != (m,):
        raise ShapeError(f"weights is {weights.shape}; expected (m,) = ({m},): a number for each example")
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
        raise OptionError("weights holds a number that is negative or not finite, or zeros only")
    if model.normalizes:
        raise OptionError(
            "weights have no place in batch normalization: it takes mean and variance over the examples of a batch, "
            "where each counts once"
        )
    return weights / weights.mean() if model.cost_is_mean else weights


class Groups(NamedTuple):
    """The examples of a batch, those with the same weight together; those of weight 0 are in none."""

    m: int  # of the batch
    parts: list  # (weight, X, Y, how many) of each group


def groups_of(impl, X, Y, weights):
    """`Groups` of native X and Y, and a weight for each example."""
    parts = []
    for weight in np.unique(weights[weights > 0]):
        group = np.flatnonzero(weights == weight)
        parts.append((float(weight), impl.take(X, group), impl.take(Y, group), len(group)))
    return Groups(len(weights), parts)


def weighted_step(impl, model, theta, groups, seed):
    """`model.step` with a weight for each of m examples: `Σ weight · loss`, over m where the cost is a mean.

    Parameters
    ----------
    impl : Implementation
    model : Neuron or Network
    theta : array (P,)
    groups : Groups
    seed : sequence of int
        Of the masks that dropout draws; each group has its own.

    Returns
    -------
    J, gradient, statistics : float, array (P,), array
    """
    J, gradient, statistics = model.penalty(impl, theta)
    J = float(J)
    unpenalized = model.without_penalty()
    for g, (weight, X, Y, count) in enumerate(groups.parts):
        J_group, gradient_group, _ = unpenalized.step(impl, theta, X, Y, [*seed, g])
        share = weight * (count / groups.m if model.cost_is_mean else 1.0)
        J += share * float(J_group)
        gradient = gradient + theta.dtype.type(share) * gradient_group
    return J, gradient, statistics
