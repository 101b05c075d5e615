"""The L-layer network: forward, cost, backward, written once for whichever implementation it is given.

It reads like the lecture's summary: every line is one operation of the interface, every layer the same few lines.
Source: B "Forward and backward propagation"; C 16; P, F "Gradient descent for neural networks"; P, contents 4–6.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..errors import DTypeError, ShapeError
from ..implementations import Implementation
from ..implementations.native_data import real_array
from ..interface import EPSILON
from .architecture import Architecture
from .parameters import REALS, native_theta, views
from .weights import weighted, weighted_cost


def network_forward(
    impl: Implementation, architecture: Architecture, theta: ArrayLike, X: Any, statistics: ArrayLike | None = None
) -> Any:
    """The network's prediction: nothing is dropped.

    Parameters
    ----------
    impl : Implementation
    architecture : Architecture
    theta : array (P,)
    X : native (n[0], m)
    statistics : array, optional
        What training learned about each unit's mean and variance (`Trained.statistics`). Without it, batch
        normalization takes them from X itself.

    Returns
    -------
    A : native (n[L], m)

    Raises
    ------
    ShapeError, DTypeError
    """
    _, A = predict(impl, architecture, theta, X, statistics)
    return A


def network_step(
    impl: Implementation, architecture: Architecture, theta: ArrayLike, X: Any, Y: Any, seed: Any = 0
) -> tuple[float, np.ndarray]:
    """Cost and gradient of the whole network over m examples.

    Parameters
    ----------
    impl : Implementation
    architecture : Architecture
    theta : array (P,)
    X, Y : native (n[0], m) and (n[L], m)
    seed : int or sequence of int
        Of the masks that dropout draws: the same for every implementation.

    Returns
    -------
    J : float
    gradient : array (P,), laid out like theta

    Raises
    ------
    ShapeError, DTypeError
    """
    J, gradient, _ = training_step(impl, architecture, theta, X, Y, seed)
    return J, gradient


def training_step(impl, architecture, theta, X, Y, seed=0, weights=None):
    """`network_step`, and the statistics of this batch: every normalized layer's mean and variance in one vector.

    With `weights`, a number for each example in theta's number type, see `weights.weights_of`.
    """
    theta = validate_fit(impl, architecture, theta, X, Y)
    if impl.network_step is not None and architecture.is_plain and weights is None:
        J, gradient = impl.network_step.trusted((impl.unchecked(theta), X, Y, *architecture.as_numbers))
        return float(J), impl.asnumpy(gradient), no_statistics(theta)
    parameters = Parameters(*native_views(impl, architecture, theta))
    D = {l: impl.unchecked(mask) for l, mask in masks(architecture, impl.shape(X)[1], theta.dtype, seed).items()}
    cache = forward(impl, architecture, parameters, X, D)
    J = cost(impl, architecture, parameters, cache, Y, weights)
    gradients = backward(impl, architecture, parameters, cache, Y, weights)
    parts = [getattr(gradients, symbol)[l] for symbol, l, _ in architecture.parts()]
    statistics = [part for l in cache.mean for part in (cache.mean[l], cache.variance[l])]
    flat = impl.end_to_end(statistics, theta.dtype) if statistics else no_statistics(theta)
    return J, impl.end_to_end(parts, theta.dtype), flat


# === forward ==========================================================================================


@dataclass
class Parameters:
    """W[l], b[l] and gamma[l], or their gradients, all native."""

    W: dict = field(default_factory=dict)
    b: dict = field(default_factory=dict)
    gamma: dict = field(default_factory=dict)


@dataclass
class Cache:
    """What backward needs of forward, layer by layer: the lecture's cache. A[0] is X."""

    Z: dict = field(default_factory=dict)
    A: dict = field(default_factory=dict)
    Z_hat: dict = field(default_factory=dict)
    mean: dict = field(default_factory=dict)
    variance: dict = field(default_factory=dict)
    D: dict = field(default_factory=dict)


def forward(impl, architecture, parameters, X, D):
    """Z[l] and A[l] for l = 1 … L; `D[l]` are the masks of the layers where units are dropped."""
    W, b, gamma, g = parameters.W, parameters.b, parameters.gamma, architecture.g
    cache = Cache(A={0: X}, D=D)
    for l in range(1, architecture.L + 1):
        if architecture.normalizes(l):
            Z = impl.matmul(W[l], cache.A[l - 1])
            cache.Z[l], cache.Z_hat[l], cache.mean[l], cache.variance[l] = impl.batch_norm_forward(
                Z, gamma[l], b[l], EPSILON
            )
            cache.A[l] = impl.activate(cache.Z[l], g(l))
        else:
            cache.Z[l], cache.A[l] = impl.layer_forward(W[l], b[l], cache.A[l - 1], g(l))
        if l in D:
            cache.A[l] = impl.dropout(cache.A[l], D[l], architecture.keep_prob)
    return cache


def predict(impl, architecture, theta, X, statistics=None):
    """Z[L] and A[L], with running statistics and without dropout."""
    theta = validate_fit(impl, architecture, theta, X)
    W, b, gamma = native_views(impl, architecture, theta)
    if architecture.batch_norm and (statistics is None or len(statistics) == 0):  # nothing was learned yet
        cache = forward(impl, architecture, Parameters(W, b, gamma), X, {})
        return cache.Z[architecture.L], cache.A[architecture.L]
    mean, variance = statistics_views(impl, architecture, statistics)
    A = X
    for l in range(1, architecture.L + 1):
        if architecture.normalizes(l):
            Z = impl.matmul(W[l], A)
            Z = impl.batch_norm_predict(Z, gamma[l], b[l], mean[l], variance[l], EPSILON)
            A = impl.activate(Z, architecture.g(l))
        else:
            Z, A = impl.layer_forward(W[l], b[l], A, architecture.g(l))
    return Z, A


def cost(impl, architecture, parameters, cache, Y, weights=None):
    """J, with what W costs."""
    L = architecture.L
    prediction = cache.Z[L], cache.A[L], Y, architecture.loss, architecture.g(L)
    J = impl.cost(*prediction) if weights is None else weighted_cost(impl, *prediction, weights)
    if architecture.l2 > 0:
        for l in range(1, L + 1):
            J = J + impl.l2_cost(parameters.W[l], architecture.l2)
    return J


def penalized(impl, architecture, theta, J, gradient):
    """Cost and gradient of a step without the penalty, with it."""
    if architecture.l2 == 0:
        return J, gradient
    gradient = gradient.copy()
    W, dW = views(theta, architecture)[0], views(gradient, architecture)[0]
    for l in range(1, architecture.L + 1):
        J = J + impl.l2_cost(impl.unchecked(W[l]), architecture.l2)
        given = impl.unchecked(dW[l]), impl.unchecked(W[l])
        dW[l][:] = impl.asnumpy(impl.l2_gradient(*given, architecture.l2))
    return J, gradient


# === backward =========================================================================================


def backward(impl, architecture, parameters, cache, Y, weights=None):
    """dW[l], db[l] and dgamma[l] for l = L … 1."""
    L, g, W, A, Z = architecture.L, architecture.g, parameters.W, cache.A, cache.Z
    d = Parameters()
    dZ = impl.output_delta(Z[L], A[L], Y, architecture.loss, g(L))
    if weights is not None:
        dZ = weighted(impl, dZ, weights)
    for l in range(L, 0, -1):
        if architecture.normalizes(l):
            dZ, d.gamma[l], d.b[l] = impl.batch_norm_backward(
                dZ, cache.Z_hat[l], parameters.gamma[l], cache.variance[l], EPSILON
            )
        if l == 1:
            d.W[1], db = impl.layer_gradient(dZ, A[0])  # dX is not needed
        else:
            dA, d.W[l], db = impl.layer_backward(dZ, W[l], A[l - 1])
            if l - 1 in cache.D:
                dA = impl.dropout(dA, cache.D[l - 1], architecture.keep_prob)
            dZ = impl.activation_backward(dA, Z[l - 1], g(l - 1))
        d.b.setdefault(l, db)  # a normalized layer's b is its beta, and that gradient is there already
        if architecture.l2 > 0:
            d.W[l] = impl.l2_gradient(d.W[l], W[l], architecture.l2)
    return d


# === what the driver owns: masks, statistics, views ===================================================


def masks(architecture, m, dtype, seed):
    """D[l] for every hidden layer: 1 with probability keep_prob, else 0. No dropout, no masks."""
    if architecture.keep_prob == 1:
        return {}
    rng = np.random.default_rng(seed)
    return {
        l: (rng.random((architecture.n[l], m)) < architecture.keep_prob).astype(dtype) for l in range(1, architecture.L)
    }


def no_statistics(theta):
    """The statistics of a network that normalizes nothing."""
    return np.zeros(0, theta.dtype)


def statistics_views(impl, architecture, statistics):
    """mean[l] and variance[l] of the normalized layers, native."""
    normalized = [l for l in range(1, architecture.L + 1) if architecture.normalizes(l)]
    size = 2 * sum(architecture.n[l] for l in normalized)
    if normalized:
        statistics = real_array(statistics, "statistics", REALS)
    if normalized and np.shape(statistics) != (size,):
        raise ShapeError(f"statistics is {np.shape(statistics)}; expected ({size},): a mean and a variance a unit")
    mean, variance, start = {}, {}, 0
    for l in normalized:
        for part in (mean, variance):
            part[l] = impl.unchecked(statistics[start : start + architecture.n[l]].reshape(-1, 1))
            start += architecture.n[l]
    return mean, variance


def native_views(impl, architecture, theta):
    """W[l], b[l] and gamma[l] in the implementation's own form."""
    return tuple({l: impl.unchecked(part) for l, part in parts.items()} for parts in views(theta, architecture))


def validate_fit(impl, architecture, theta, X, Y=None):
    """Native theta; raise where theta, X and Y do not fit the architecture or each other: shapes, number types."""
    theta = native_theta(theta, architecture.parameter_count, "for layer sizes", architecture.layer_sizes)
    wanted = (("X", X, 0),) if Y is None else (("X", X, 0), ("Y", Y, architecture.L))
    impl.require_native(**{name: native for name, native, _ in wanted})
    m = impl.shape(X)[-1]
    for name, native, l in wanted:
        if impl.shape(native) != (architecture.n[l], m):
            size = f"({architecture.n[l]}, {'m' if name == 'X' else m})"
            raise ShapeError(f"{name} is {impl.shape(native)}; expected (n[{l}], m) = {size}")
        if impl.dtype(native) is not theta.dtype.type:
            given = impl.dtype(native).__name__
            raise DTypeError(f"{name} is {given}, but theta is {theta.dtype.name}; they must be the same")
    return theta
