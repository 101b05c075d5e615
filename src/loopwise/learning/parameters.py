"""Parameters: one flat vector theta, `W[1]` row by row, `b[1]`, `W[2]`, …, and the views that name its parts."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..errors import DTypeError, ShapeError
from ..implementations.native_data import real_array
from ..process.memory import require_memory
from ..validation import choose
from .architecture import Architecture

REALS = (np.float64, np.float32)
NATIVE = tuple(map(np.dtype, REALS))  # in the machine's byte order
INITIALIZATIONS = ("zeros", "small", "large", "he", "xavier")


def initialization_for(activation):
    """What suits a hidden layer's activation: "he" for relu and leaky relu, else "xavier"."""
    return "he" if "relu" in activation else "xavier"


def views(theta, architecture):
    """Name the parts of theta.

    Parameters
    ----------
    theta : array (P,)
    architecture : Architecture

    Returns
    -------
    W, b, gamma : dict of arrays
        `W[l]` (n[l], n[l-1]), `b[l]` and, with batch normalization, `gamma[l]` (n[l], 1), for l = 1 … L, as in the
        lecture: views, so writing to one writes to theta.

    Raises
    ------
    ShapeError, DTypeError
    """
    validate_theta(theta, architecture.parameter_count, "for layer sizes", architecture.layer_sizes)
    named, start = {"W": {}, "b": {}, "gamma": {}}, 0
    for symbol, l, (rows, columns) in architecture.parts():
        named[symbol][l] = theta[start : start + rows * columns].reshape(rows, columns)
        start += rows * columns
    return named["W"], named["b"], named["gamma"]


def parameter_name(architecture, p):
    """What theta[p] is called: `W[2][3, 1]`, counting layers from 1 and units from 0."""
    for symbol, l, (rows, columns) in architecture.parts():
        if p < rows * columns:
            return f"{symbol}[{l}][{p // columns}, {p % columns}]"
        p -= rows * columns
    raise IndexError(f"theta has {architecture.parameter_count} parameters")


def native_theta(theta, P, *why):
    """Theta as every implementation takes it, P numbers in one piece of memory; a plain one is returned as it is.

    One piece, since BLAS adds in another order where numbers lie apart.

    Parameters
    ----------
    theta : array_like (P,)
        A list, a map of a file or a foreign byte order will do, as for X and Y.
    P : int
    *why : object
        Reasons for P, put together only where they are needed.

    Raises
    ------
    ShapeError, DTypeError
    """
    if type(theta) is not np.ndarray or theta.dtype not in NATIVE:
        theta = real_array(theta, "theta", REALS)
    validate_theta(theta, P, *why)
    return theta if theta.flags.c_contiguous else theta.copy()


def validate_theta(theta, P, *why):
    """Raise unless theta is a flat array of P of the machine's floating-point numbers."""
    if not isinstance(theta, np.ndarray) or theta.dtype not in NATIVE:
        kind = theta.dtype if isinstance(theta, np.ndarray) else type(theta).__name__
        raise DTypeError(f"theta is {kind}; expected a flat array of float64 or float32")
    if theta.shape != (P,):
        raise ShapeError(f"theta is {theta.shape}; expected (P,) = ({P},) {' '.join(map(str, why))}")


def scale(initialization, n, n_prev):
    """The standard deviation of one layer's weights.

    zeros 0, which leaves all units of a layer identical for ever · small 0.01, the lecture's · large 1000, which
    saturates · he √(2/n_prev) for relu (He et al. 2015) · xavier √(2/(n_prev+n)) for tanh and sigmoid (Glorot and
    Bengio 2010).
    """
    choose("initialization", initialization, INITIALIZATIONS)
    return {
        "zeros": 0.0,
        "small": 0.01,
        "large": 1000.0,
        "he": (2.0 / n_prev) ** 0.5,
        "xavier": (2.0 / (n_prev + n)) ** 0.5,
    }[initialization]


def initialize(
    architecture: Architecture, initialization: str = "xavier", rng: Any = None, dtype: DTypeLike = np.float64
) -> np.ndarray:
    """Draw theta: normal weights of the initialization's scale, biases zero, gamma one.

    Parameters
    ----------
    architecture : Architecture
    initialization : {"zeros", "small", "large", "he", "xavier"}
    rng : numpy.random.Generator, or a seed for one
        Default: 0. The same generator state gives the same theta.
    dtype : float64 or float32

    Returns
    -------
    theta : array (P,)

    Notes
    -----
    Source: P "Initializing weights"; C 15; F "Random Initialization", Questions 6–8.
    """
    if np.dtype(dtype) not in NATIVE:
        raise DTypeError(f"dtype is {np.dtype(dtype)}; expected float64 or float32")
    rng = np.random.default_rng(0 if rng is None else rng)
    require_memory(f"theta ({architecture.parameter_count},)", 2 * architecture.parameter_count)
    theta = np.zeros(architecture.parameter_count)
    W, _, gamma = views(theta, architecture)
    for l in range(1, architecture.L + 1):
        W[l][:] += scale(initialization, *W[l].shape) * rng.standard_normal(W[l].shape)  # 0.0, never −0.0
    for part in gamma.values():
        part[:] = 1.0
    return theta.astype(dtype)
