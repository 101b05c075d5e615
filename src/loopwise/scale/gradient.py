"""Cost and gradient of a model over blocks of examples."""

import numpy as np

from ..errors import OptionError
from .blocks import Blocks, blocks_of
from .sums import sums_over
from .workers import workers_of


def cost_and_gradient(impl, model, theta, X, Y=None, *, scheduler=None, workers=None, sums="plain", group=None):
    """Cost and gradient over all examples, with the same bits for any number of workers.

    Parameters
    ----------
    impl : Implementation
    model : Architecture, Neuron or Network
        With a penalty if you like; without batch normalization and dropout.
    theta : array (P,)
    X, Y : array (n_x, m) and (n_y, m), or Blocks and None
        Arrays, maps of files or Dask arrays; see `blocks_of`.
    scheduler, workers
        See `workers.workers_of`.
    sums, group
        See `sums.sums_over`.

    Returns
    -------
    J : float
    gradient : array (P,)
    """
    blocks = X if isinstance(X, Blocks) else blocks_of(X, Y)
    model = scalable(model)
    with workers_of(scheduler, workers) as those, sums_over(those, blocks, sums, group) as over:
        return step(impl, model, theta, over)


def scalable(model):
    """The model, if its cost over all examples is a sum over blocks.

    Raises
    ------
    OptionError
        It has batch normalization or dropout.
    """
    model = model.as_model()
    if model.normalizes:
        raise OptionError(
            "batch normalization takes mean and variance over a whole batch, in each layer, before the next one can "
            "begin: its cost is no sum over blocks"
        )
    if model.dropped_units:
        raise OptionError("dropout draws its masks for a whole batch at once: they are not drawn on workers")
    return model


def step(impl, model, theta, over, examples=None):
    """Cost and gradient over all examples, or over some, with the penalty.

    Parameters
    ----------
    impl : Implementation
    model : Neuron or Network
    theta : array (P,)
    over : Sums
    examples : array of int, optional
    """
    without = model.without_penalty()
    total = over.total(cost_then_gradient, (without, theta), impl, model.cost_is_mean, examples)
    return model.penalized(impl, theta, float(total[0]), total[1:].astype(np.asarray(theta).dtype))


def cost_then_gradient(impl, X, Y, model, theta):
    """J and the gradient in one vector."""
    J, gradient, _ = model.step(impl, theta, X, Y)
    return np.append(np.float64(J), gradient)
