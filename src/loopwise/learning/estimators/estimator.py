"""What every estimator has: its arguments, `fit`, and what is known afterwards."""

import warnings
from dataclasses import asdict, dataclass, fields

import numpy as np
from sklearn.base import BaseEstimator, is_regressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import check_is_fitted, validate_data

from ...implementations import get_implementation
from ...validation import validate_number
from ..parameters import REALS
from ..training import HyperParameters, grown_from, reason, train

SMALLER = "take a smaller one, or standardize X, and y of a regression (sklearn.preprocessing.StandardScaler)"

# Generates `__init__` alone, and that only stores its arguments: what scikit-learn asks of an estimator.
stores_arguments = dataclass(kw_only=True, eq=False, repr=False)


@stores_arguments
class Estimator(BaseEstimator):
    """Trains a model and predicts with it; subclasses say which model, and what y means."""

    alpha: float = 0.01
    epochs: int = 100
    batch_size: int | None = None
    decay: float = 0.0
    patience: int | None = None
    validation_fraction: float = 0.1
    seed: int = 0
    implementation: str = "numpy_vectorized"

    def fit(self, X, y):
        """Train from scratch; a `ConvergenceWarning` tells of divergence, an interruption, or errors that are left.

        X : (m, n_x); float32 stays float32 (but for `python_loops`), other numbers become float64.
        y : (m,), labels of any kind or numbers; (m, n_y) for several numbers each. Returns self.
        """
        impl, numeric = get_implementation(self.implementation), is_regressor(self)
        dtypes = REALS[:1] if impl.family == "python" else REALS
        X, y = validate_data(self, X, y, dtype=list(dtypes), y_numeric=numeric, multi_output=numeric)
        own = [field.name for field in fields(HyperParameters) if hasattr(self, field.name)]
        hyper = HyperParameters(**{name: getattr(self, name) for name in own})
        Y = self._targets(y).astype(X.dtype, copy=False)
        self.model_, theta = self._begin(X.shape[1], len(Y), X.dtype)
        learned, watched = (data and tuple(map(impl.asnative, data, ("X", "Y"))) for data in self._split(X, Y, y))
        self._keep(train(impl, self.model_, theta, *learned, validation=watched, **asdict(hyper)))
        if complaint := self._complaint():
            warnings.warn(complaint, ConvergenceWarning, stacklevel=2)
        return self

    def _split(self, X, Y, y):
        """X and Y to learn from, and X and Y to watch or None: one example a column."""
        if self.patience is None:
            return (X.T, Y), None
        share = self.validation_fraction
        validate_number("validation_fraction", share, "0 < validation_fraction < 1", lambda share: 0 < share < 1)
        strata = None if is_regressor(self) else y
        parts = train_test_split(X, Y.T, test_size=share, random_state=self.seed, stratify=strata)
        X, X_watched, Y, Y_watched = (part.T for part in parts)
        return (X, Y), (X_watched, Y_watched)

    def _keep(self, state):
        self.theta_, self.statistics_ = state.theta, state.statistics
        self.costs_, self.validation_costs_ = np.array(state.costs), np.array(state.validation_costs)
        self.n_iter_, self.stopped_ = state.epoch, state.stopped
        self.diverged_at_ = state.step + 1 if state.stopped == "diverged" else None
        self._growth = reason(self.model_, state) if grown_from(state) is not None else None

    def _complaint(self):
        """What went wrong, in the command's words, and what to do; None if nothing did."""
        return {
            "diverged": f"training diverged at iteration {self.diverged_at_}: alpha is too large; {SMALLER}",
            "interrupted": f"training was interrupted after {self.n_iter_} of {self.epochs} epochs",
            "epochs": self._growth and f"{self._growth}: alpha is too large; {SMALLER}",
        }.get(self.stopped_)

    def _outputs(self, X):
        """Z and A of the last layer, (n_y, m)."""
        check_is_fitted(self)
        impl = get_implementation(self.implementation)
        X = validate_data(self, X, dtype=self.theta_.dtype, reset=False)
        theta, statistics = map(np.asarray, (self.theta_, self.statistics_))  # which joblib may map to a file
        Z, A = self.model_.predict(impl, theta, impl.asnative(X.T, "X"), statistics)
        return impl.asnumpy(Z), impl.asnumpy(A)


@stores_arguments
class SmoothEstimator(Estimator):
    """With a cost that has a slope everywhere: any optimizer may follow it, and a penalty may be added."""

    optimizer: str = "descent"
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    l2: float = 0.0
