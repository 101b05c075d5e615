"""Logistic regression with its parameters in one vector, so that it trains like a network: theta = w, then b."""

import numpy as np

from ..errors import DTypeError
from .parameters import check_theta


def logistic_model_step(impl, theta, X, Y):
    """Cost and gradient of logistic regression, in the form that training takes.

    Parameters
    ----------
    impl : Implementation
    theta : array (n_x + 1,)
        w, then b: the layout of a network with one layer and one unit.
    X, Y : native (n_x, m) and (1, m)

    Returns
    -------
    J : float
    gradient : array (n_x + 1,)

    Raises
    ------
    ShapeError, DTypeError
    """
    impl.require_native(X=X, Y=Y)
    n_x = impl.shape(X)[0]
    check_theta(theta, n_x + 1, f"for w and b, because X is {impl.shape(X)}")
    if theta.dtype.type is not impl.dtype(X):
        raise DTypeError(f"X is {impl.dtype(X).__name__}, but theta is {theta.dtype.name}; they must be the same")
    w, b = impl.unchecked(theta[:-1].reshape(n_x, 1)), theta[-1]
    J, dw, db = impl.logistic_step(w, b, X, Y)
    return J, np.append(impl.asnumpy(dw).ravel(), np.asarray(db, theta.dtype))
