"""Mean and deviation of each feature over all blocks."""

import numpy as np

from .blocks import NUMBERS


def moments(over, impl):
    """Mean and deviation of each feature; the deviation of a feature that is the same everywhere is 1.

    Parameters
    ----------
    over : Sums
    impl : Implementation
        Its data is looked at; NumPy adds, in the groups or blocks.

    Returns
    -------
    mean, deviation : array (n_x,)
    """
    mean = over.total(feature_means, (), impl, is_mean=True)
    variance = over.total(feature_variances, (mean,), impl, is_mean=True)
    deviation = np.sqrt(variance)
    # What is left of rounding is no spread: a block's mean has a relative error of m u at most, of its own m.
    is_constant = deviation <= min(over.blocks.m, NUMBERS) * np.finfo(np.float64).eps * np.abs(mean)
    return mean, np.where(is_constant, 1.0, deviation)


def feature_means(impl, X, Y):
    """Of some examples."""
    return np.mean(impl.asnumpy(X), axis=1)


def feature_variances(impl, X, Y, mean):
    """The mean squared difference of some examples from a mean."""
    return np.mean((impl.asnumpy(X) - mean[:, None]) ** 2, axis=1)
