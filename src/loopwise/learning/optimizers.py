"""From a gradient to new parameters: each optimizer is one operation of the interface and what it remembers.

Source: P, contents 7 "Optimizers"; C 19.
"""

import numpy as np

from ..errors import choose

# optimizer: how many vectors it remembers from step to step, and its operation on native vectors.
OPTIMIZERS = {
    "descent": (0, lambda impl, h, theta, gradient, t, alpha: (impl.descend(theta, gradient, alpha),)),
    "momentum": (
        1,
        lambda impl, h, theta, gradient, velocity, t, alpha: impl.momentum(theta, gradient, velocity, alpha, h.beta_1),
    ),
    "rmsprop": (
        1,
        lambda impl, h, theta, gradient, square, t, alpha: impl.rmsprop(
            theta, gradient, square, alpha, h.beta_2, h.epsilon
        ),
    ),
    "adam": (
        2,
        lambda impl, h, theta, gradient, velocity, square, t, alpha: impl.adam(
            theta, gradient, velocity, square, t, alpha, h.beta_1, h.beta_2, h.epsilon
        ),
    ),
}


def at_rest(optimizer, theta):
    """What an optimizer remembers before its first step: zeros."""
    count, _ = OPTIMIZERS[choose("optimizer", optimizer, OPTIMIZERS)]
    return tuple(np.zeros_like(theta) for _ in range(count))


def update(impl, hyper, theta, gradient, memory, t, alpha):
    """Take step t = 1, 2, …

    Parameters
    ----------
    impl : Implementation
    hyper : HyperParameters
        `optimizer`, `beta_1`, `beta_2`, `epsilon`.
    theta, gradient : array (P,)
    memory : tuple of arrays
        What the optimizer remembers: `at_rest` before the first step.
    t : int
    alpha : float
        This step's learning rate.

    Returns
    -------
    theta, memory : array (P,), tuple of arrays
    """
    _, operation = OPTIMIZERS[hyper.optimizer]
    vectors = (impl.unchecked(vector) for vector in (theta, gradient, *memory))
    theta, *memory = (impl.asnumpy(vector) for vector in operation(impl, hyper, *vectors, t, alpha))
    return theta, tuple(memory)
