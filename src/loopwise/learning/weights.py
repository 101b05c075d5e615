"""Examples that count more than others: one with a weight of 2 is there twice.

Every sum over examples begins at two places of a step: the losses, and the last layer's dZ. There each example is taken
times its weight; what comes before and after knows nothing of them.
"""

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


def weighted_cost(impl, Z, A, Y, loss, activation, weights):
    """`1/m Σ_examples weight · loss`, a number: `cost`, where an example counts as often as its weight says."""
    vector, losses = impl.unchecked(weights), example_losses(impl, Z, A, Y, loss, activation)
    return impl.dot(vector, losses) / len(weights)


def example_losses(impl, Z, A, Y, loss, activation):
    """Each example's loss; see `interface.example_losses`."""
    if impl.example_losses is not None:
        return impl.example_losses(Z, A, Y, loss, activation)
    alone = [[impl.take(part, np.array([i])) for part in (Z, A, Y)] for i in range(impl.shape(Y)[1])]
    losses = [impl.cost(*example, loss, activation) for example in alone]
    return impl.unchecked(np.array(losses, impl.dtype(Z)))


def weighted(impl, dZ, weights):
    """Each example's column of dZ times its weight: backpropagation is linear in dZ, so all that follows has it too."""
    return impl.unchecked(impl.asnumpy(dZ) * weights)
