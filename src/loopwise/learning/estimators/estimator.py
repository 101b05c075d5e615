"""What every estimator has: its arguments, how it learns, and what is known afterwards."""

import warnings
from dataclasses import asdict, dataclass, fields, replace

import numpy as np
from sklearn.base import BaseEstimator, is_regressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ...errors import OptionError
from ...implementations import get_implementation
from ...scale.blocks import blocks_of, is_dask
from ...validation import validate_count, validate_number
from ..lbfgs import minimize
from ..parameters import REALS
from ..state import State
from ..training import HyperParameters, grown_from, reason, train
from .dask_arrays import outputs_of_blocks, validated_blocks
from .progress import progress_bar

SMALLER = "take a smaller one, or standardize X, and y of a regression (sklearn.preprocessing.StandardScaler)"

# Generates `__init__` alone, and that only stores its arguments: what scikit-learn asks of an estimator.
stores_arguments = dataclass(kw_only=True, eq=False, repr=False)


def learns_by_epochs(estimator):
    """Whether there is a `partial_fit`: it is one epoch."""
    if estimator.optimizer == "lbfgs":
        raise AttributeError("partial_fit is an epoch of descent; lbfgs has none: it needs all examples at once")
    return True


@stores_arguments
class Estimator(BaseEstimator):
    """Trains a model and predicts with it; subclasses say which model, and what y means."""

    alpha: float = 0.01
    epochs: int = 100
    batch_size: int | None = None
    decay: float = 0.0
    tol: float | None = None
    n_iter_no_change: int = 10
    patience: int | None = None
    validation_fraction: float = 0.1
    seed: int = 0
    random_state: int | np.random.RandomState | None = None
    warm_start: bool = False
    verbose: bool = False
    implementation: str = "numpy_vectorized"

    optimizer = "descent"  # of the perceptron; for the others it is an argument
    loss_curve_ = property(lambda self: self.costs_.tolist(), doc="`costs_` by scikit-learn's name, a list.")

    def _learn(self, X, y, sample_weight=None, partial=False):
        """Train, from scratch or from where the last call ended; `partial` is one epoch of `partial_fit`."""
        impl = get_implementation(self.implementation)
        before = getattr(self, "_state", None) if partial or self.warm_start else None
        in_blocks = is_dask(X)
        if in_blocks:
            X, y = validated_blocks(self, X, y, before)
        else:
            X, y = self._validated(impl, X, y, before)
        Y = self._targets(y, known=partial or before is not None).astype(X.dtype, copy=False)
        weights = self._weights(sample_weight, X, y, partial)
        if weights is not None and not weights.any():
            raise OptionError("every example has a weight of 0: there is nothing to learn from")
        if weights is not None:  # an example of weight 0 is not there
            X, y, Y, weights = X[weights > 0], y[weights > 0], Y[:, weights > 0], weights[weights > 0]
        if before is None:
            self._drawn_seed = self._draw_seed()
        self.model_, theta = self._begin(X.shape[1], len(Y), X.dtype)
        learned, weights, watched = self._split(X, Y, y, weights)
        going_on = None if before is None else self._next_epochs_of(before, theta)
        epochs = 1 if partial else self.epochs
        with progress_bar(self.verbose, epochs, 0 if before is None else before.epoch) as on_progress:
            options = {"weights": weights, "state": going_on, "on_progress": on_progress}
            data = (blocks_of(*learned),) if in_blocks else tuple(map(impl.asnative, learned, ("X", "Y")))
            if self.optimizer == "lbfgs":
                state = self._minimized(impl, theta, data, watched, options)
            else:
                state = self._trained(impl, theta, data, partial, watched, options)
        if before is not None:
            state = replace(state, costs=(*self.costs_.tolist(), *state.costs))
        self._keep(state)
        if (complaint := self._complaint()) and not (partial and state.stopped == "epochs"):
            warnings.warn(complaint, ConvergenceWarning, stacklevel=3)
        return self

    def _validated(self, impl, X, y, before):
        numeric = is_regressor(self)
        dtypes = REALS[:1] if impl.family == "python" else REALS
        dtypes = list(dtypes) if before is None else [before.theta.dtype]
        reset = before is None
        return validate_data(self, X, y, dtype=dtypes, y_numeric=numeric, multi_output=numeric, reset=reset)

    def _weights(self, sample_weight, X, y, partial):
        """What each example counts for, or None where all count the same."""
        if sample_weight is None:
            return None
        if is_dask(X):
            raise OptionError("weights of examples have no place with Dask arrays")
        return _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)

    def _draw_seed(self):
        """`random_state`, where it is given, is the seed; a RandomState draws one."""
        given = self.seed if self.random_state is None else self.random_state
        if hasattr(given, "randint"):
            return int(check_random_state(given).randint(2**31 - 1))
        validate_count("seed", given, least=0)
        return given

    def _split(self, X, Y, y, weights):
        """X and Y to learn from, their weights, and X and Y to watch or None: one example a column."""
        if self.patience is None:
            return (X.T, Y), weights, None
        share = self.validation_fraction
        validate_number("validation_fraction", share, "0 < validation_fraction < 1", lambda share: 0 < share < 1)
        strata = None if is_regressor(self) else y
        parts = train_test_split(np.arange(len(y)), test_size=share, random_state=self._drawn_seed, stratify=strata)
        learn, watch = parts
        weights = None if weights is None else weights[learn]
        return (X[learn].T, Y[:, learn]), weights, (X[watch].T, Y[:, watch])

    def _next_epochs_of(self, before, theta):
        """Where to go on: what is learned and remembered, nothing of what was asked for."""
        if len(before.theta) != len(theta):
            sizes = f"{len(before.theta)} parameters, these arguments ask for {len(theta)}"
            raise OptionError(f"the fitted estimator has {sizes}: without warm_start it begins anew")
        if before.optimizer != self.optimizer:
            raise OptionError(
                f"the fitted estimator remembers the steps of {before.optimizer}, and optimizer is {self.optimizer!r}: "
                "without warm_start it begins anew"
            )
        vectors = {"memory": tuple(map(np.asarray, before.memory)), "statistics": np.asarray(before.statistics)}
        return State(
            np.asarray(before.theta), epoch=before.epoch, step=before.step, optimizer=self.optimizer, **vectors
        )

    def _trained(self, impl, theta, data, partial, watched, options):
        own = [field.name for field in fields(HyperParameters) if hasattr(self, field.name)]
        hyper = HyperParameters(**{name: getattr(self, name) for name in own} | {"seed": self._drawn_seed})
        if partial:
            if self.patience is not None:
                raise OptionError("patience has no place in partial_fit: it is one epoch, and holds nothing back")
            hyper = replace(hyper, epochs=1, tol=None)
        if options["state"] is not None:
            hyper = replace(hyper, epochs=options["state"].epoch + hyper.epochs)
        watched = watched and tuple(map(impl.asnative, watched, ("X", "Y")))
        return train(impl, self.model_, theta, *data, validation=watched, **asdict(hyper), **options)

    def _minimized(self, impl, theta, data, watched, options):
        if watched:
            raise OptionError("patience has no place with lbfgs: it ends where the slope does")
        return minimize(impl, self.model_, theta, *data, epochs=self.epochs, tol=self.tol, **options)

    def _keep(self, state):
        self.theta_, self.statistics_ = state.theta, state.statistics
        self.costs_, self.validation_costs_ = np.array(state.costs), np.array(state.validation_costs)
        self.n_iter_, self.stopped_ = state.epoch, state.stopped
        self.diverged_at_ = state.step + 1 if state.stopped == "diverged" else None
        self._growth = reason(self.model_, state) if grown_from(state) is not None else None
        self._state = replace(state, costs=(), validation_costs=(), best=None)

    def _complaint(self):
        """What went wrong, in the command's words, and what to do; None if nothing did."""
        if self.optimizer == "lbfgs" and self.stopped_ != "interrupted":
            return {
                "epochs": f"lbfgs was still going down after {self.n_iter_} iterations: raise epochs, or standardize X",
                "stalled": "lbfgs can go no further down, and the slope is above tol: raise tol, or standardize X",
                "diverged": "lbfgs met a cost that is not finite: standardize X (sklearn.preprocessing.StandardScaler)",
            }.get(self.stopped_)
        return {
            "diverged": f"training diverged at iteration {self.diverged_at_}: alpha is too large; {SMALLER}",
            "interrupted": f"training was interrupted after {self.n_iter_} of {self.epochs} epochs",
            "epochs": (self._growth and f"{self._growth}: alpha is too large; {SMALLER}") or self._not_yet(),
        }.get(self.stopped_)

    def _not_yet(self):
        """That an end was asked for and not reached, or None."""
        if self.tol is not None:
            return f"the cost still fell by more than tol = {self.tol:g} in epoch {self.n_iter_}: raise epochs"
        return None

    def _outputs(self, X):
        """Z and A of the last layer, (n_y, m)."""
        check_is_fitted(self)
        if is_dask(X):
            return outputs_of_blocks(self, X)
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
