"""Dask arrays for the estimators: examples stay in their blocks, labels alone are brought together."""

import numpy as np
from sklearn.utils.validation import _check_n_features

from ...errors import DTypeError, OptionError, ShapeError
from ...implementations import get_implementation, implementation_of
from ...scale.blocks import is_dask


def validated_blocks(estimator, X, y, before):
    """X, (m, n_x), of floats, and y as an array; what is fitted says which type of floats.

    Raises
    ------
    ShapeError, DTypeError, OptionError
        Also for what blocks cannot do: examples that are held back to watch.
    """
    if estimator.patience is not None:
        raise OptionError("patience holds examples back to watch; a Dask array stays whole")
    if X.ndim != 2:
        raise ShapeError(f"X is {X.shape}; expected (m, n_x): an example in each row")
    if X.dtype.kind not in "iufb":
        raise DTypeError(f"X is {X.dtype.name}; expected numbers")
    y = np.asarray(y.compute() if is_dask(y) else y)
    if len(y) != X.shape[0] and not np.isnan(X.shape[0]):
        raise ShapeError(f"X is {X.shape} and y {y.shape}; expected the same number of examples m")
    _check_n_features(estimator, X, reset=before is None)
    keeps = X.dtype == np.float32 and get_implementation(estimator.implementation).family != "python"
    dtype = before.theta.dtype if before is not None else np.dtype(np.float32 if keeps else np.float64)
    return X.astype(dtype), y


def outputs_of_blocks(estimator, X):
    """Z and A of the last layer, (n_y, m), computed where the blocks are."""
    import dask

    _check_n_features(estimator, X, reset=False)
    theta, statistics = map(np.asarray, (estimator.theta_, estimator.statistics_))
    given = estimator.implementation, estimator.model_, theta, statistics
    blocks = X.astype(theta.dtype).rechunk({1: -1}).to_delayed().ravel()
    found = dask.compute(*[dask.delayed(outputs)(block, *given) for block in blocks])
    return tuple(np.concatenate(parts, axis=1) for parts in zip(*found))


def outputs(X, implementation, model, theta, statistics):
    """Z and A of one block."""
    impl = implementation_of(implementation)
    Z, A = model.predict(impl, theta, impl.asnative(X.T, "X"), statistics)
    return impl.asnumpy(Z), impl.asnumpy(A)
