"""The L-layer network: forward, cost, backward, written once for whichever implementation it is given.

It reads like the lecture's summary: every line is one operation of the interface, every layer the same four lines.
Source: B "Forward and backward propagation"; C 16; P, F "Gradient descent for neural networks".
"""

from ..errors import DTypeError, ShapeError
from .parameters import check_theta, views


def network_forward(impl, architecture, theta, X):
    """The network's output.

    Parameters
    ----------
    impl : Implementation
    architecture : Architecture
    theta : array (P,)
    X : native (n[0], m)

    Returns
    -------
    A : native (n[L], m)

    Raises
    ------
    ShapeError, DTypeError
    """
    check_fit(impl, architecture, theta, X)
    _, A = forward(impl, architecture, *native_views(impl, architecture, theta), X)
    return A[architecture.L]


def network_step(impl, architecture, theta, X, Y):
    """Cost and gradient of the whole network over m examples.

    Parameters
    ----------
    impl : Implementation
    architecture : Architecture
    theta : array (P,)
    X, Y : native (n[0], m) and (n[L], m)

    Returns
    -------
    J : float
    gradient : array (P,), laid out like theta

    Raises
    ------
    ShapeError, DTypeError
    """
    check_fit(impl, architecture, theta, X, Y)
    if impl.network_step is not None:
        return impl.network_step(architecture, theta, X, Y)
    J, dW, db = step(impl, architecture, *native_views(impl, architecture, theta), X, Y)
    parts = [part for l in range(1, architecture.L + 1) for part in (dW[l], db[l])]
    return J, impl.end_to_end(parts, theta.dtype)


def forward(impl, architecture, W, b, X):
    """Z[l] and A[l] for l = 1 … L; A[0] is X. Backward needs them all: the lecture's cache."""
    Z, A = {}, {0: X}
    for l in range(1, architecture.L + 1):
        Z[l], A[l] = impl.layer_forward(W[l], b[l], A[l - 1], architecture.g(l))
    return Z, A


def step(impl, architecture, W, b, X, Y):
    """J, dW[l] and db[l] for l = 1 … L, all native."""
    L, g, loss = architecture.L, architecture.g, architecture.loss
    Z, A = forward(impl, architecture, W, b, X)
    J = impl.cost(Z[L], A[L], Y, loss, g(L))
    dW, db = {}, {}
    dZ = impl.output_delta(Z[L], A[L], Y, loss, g(L))
    for l in range(L, 1, -1):
        dA_prev, dW[l], db[l] = impl.layer_backward(dZ, W[l], A[l - 1])
        dZ = impl.activation_backward(dA_prev, Z[l - 1], g(l - 1))
    dW[1], db[1] = impl.layer_gradient(dZ, X)  # nobody asks for dX
    return J, dW, db


def native_views(impl, architecture, theta):
    """W[l] and b[l] in the implementation's own form."""
    return tuple({l: impl.unchecked(part) for l, part in parts.items()} for parts in views(theta, architecture))


def check_fit(impl, architecture, theta, X, Y=None):
    """Raise where theta, X and Y do not fit the architecture or each other: shapes and number types only."""
    check_theta(theta, architecture.parameter_count, f"for layer sizes {architecture.layer_sizes}")
    impl.require_native(**({"X": X} if Y is None else {"X": X, "Y": Y}))
    m = impl.shape(X)[-1]
    wanted = [("X", X, "n[0]", architecture.n[0])]
    if Y is not None:
        wanted.append(("Y", Y, f"n[{architecture.L}]", architecture.n[-1]))
    for name, native, symbol, rows in wanted:
        if impl.shape(native) != (rows, m):
            size = "m" if name == "X" else m
            raise ShapeError(f"{name} is {impl.shape(native)}; expected ({symbol}, m) = ({rows}, {size})")
        if impl.dtype(native) is not theta.dtype.type:
            given = impl.dtype(native).__name__
            raise DTypeError(f"{name} is {given}, but theta is {theta.dtype.name}; they must be the same")
