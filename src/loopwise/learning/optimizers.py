"""From a gradient to new parameters: each optimizer is one operation of the interface and what it remembers.

Source: P, contents 7 "Optimizers"; C 19.
"""

import numpy as np

from ..validation import choose


def descent(impl, hyper, alpha, t, theta, gradient):
    return (impl.descend(theta, gradient, alpha),)


def momentum(impl, hyper, alpha, t, theta, gradient, velocity):
    return impl.momentum(theta, gradient, velocity, alpha, hyper.beta_1)


def rmsprop(impl, hyper, alpha, t, theta, gradient, square):
    return impl.rmsprop(theta, gradient, square, alpha, hyper.beta_2, hyper.epsilon)


def adam(impl, hyper, alpha, t, theta, gradient, velocity, square):
    return impl.adam(theta, gradient, velocity, square, t, alpha, hyper.beta_1, hyper.beta_2, hyper.epsilon)


# optimizer: which vectors it remembers from step to step, and its operation on native vectors.
OPTIMIZERS = {
    "descent": ((), descent),
    "momentum": (("velocity",), momentum),
    "rmsprop": (("square",), rmsprop),
    "adam": (("velocity", "square"), adam),
}


def memory_size(optimizer):
    """How many vectors an optimizer remembers."""
    names, _ = OPTIMIZERS[choose("optimizer", optimizer, OPTIMIZERS)]
    return len(names)


def initial_memory(optimizer, theta):
    """What an optimizer remembers before its first step: zeros."""
    return tuple(np.zeros_like(theta) for _ in range(memory_size(optimizer)))


def update(impl, hyper, theta, gradient, memory, t, alpha):
    """Take step t = 1, 2, …

    Parameters
    ----------
    impl : Implementation
    hyper : HyperParameters
        `optimizer`, `beta_1`, `beta_2`, `epsilon`.
    theta, gradient : array (P,)
    memory : tuple of arrays
        What the optimizer remembers: `initial_memory` before the first step.
    t : int
    alpha : float
        This step's learning rate.

    Returns
    -------
    theta, memory : array (P,), tuple of arrays
    """
    _, operation = OPTIMIZERS[hyper.optimizer]
    vectors = (impl.unchecked(vector) for vector in (theta, gradient, *memory))
    theta, *memory = (impl.asnumpy(vector) for vector in operation(impl, hyper, alpha, t, *vectors))
    return theta, tuple(memory)


def velocity_and_square(optimizer, memory, dtype):
    """What an optimizer remembers, by its names; an empty vector for what it does not."""
    vectors = dict(zip(OPTIMIZERS[optimizer][0], memory, strict=True))
    return tuple(vectors.get(name, np.zeros(0, dtype)) for name in ("velocity", "square"))


def memory_of(optimizer, velocity, square):
    """The inverse of `velocity_and_square`."""
    vectors = {"velocity": velocity, "square": square}
    return tuple(vectors[name] for name in OPTIMIZERS[optimizer][0])
