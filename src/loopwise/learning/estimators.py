"""Scikit-learn estimators: thin shells around `train`, in the ecosystem's orientation, X (m, n_x), one example a row.

They hand `X.T`, a view, to the implementation of that name. A constructor only stores its arguments; `fit` checks them.

Arguments are those of `HyperParameters`, `Architecture`, `Neuron` and `initialize`. Besides: `layers`, the sizes of the
hidden layers, and `activation`, theirs; `validation_fraction`, the share of the examples that `patience` watches
(without patience all are learned from); `implementation`, one of `loopwise.implementation_names()`. `seed` draws all.

After `fit`: `theta_` and `model_`, the parameters and what they belong to; `costs_`, `validation_costs_`, `n_iter_`
(epochs) and `stopped_`, as in `State`; `diverged_at_`, the iteration at which training diverged, or None.
"""

import warnings
from dataclasses import asdict, dataclass, fields

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, is_regressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from ..datasets import one_hot
from ..errors import ArchitectureError, LabelError
from ..implementations import get_implementation
from ..validation import validate_number
from .architecture import Architecture
from .models import Network, Neuron
from .parameters import REALS, initialize
from .training import HyperParameters, grown_from, reason, train

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


class Classifier(ClassifierMixin):
    """Classes of any kind, in `classes_`: two are one row of Y, 0 and 1; more are one-hot."""

    _boundary = 0.0  # the second class begins where z reaches it

    def decision_function(self, X):
        """The last layer's z for each example, (m,), above 0 for the second class; (m, classes) for more than two."""
        Z, _ = self._outputs(X)
        return Z[0] - Z.dtype.type(self._boundary) if len(Z) == 1 else Z.T

    def predict(self, X):
        """The class of each example, (m,): of two the second where `decision_function` ≥ 0, of more the largest."""
        scores = self.decision_function(X)
        return self.classes_[(scores >= 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)]

    def _targets(self, y):
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if len(self.classes_) == 1:
            raise LabelError(f"y holds one class, {self.classes_[0]!s}; a classifier needs at least two")
        if len(self.classes_) > 2 and not self.__sklearn_tags__().classifier_tags.multi_class:
            raise LabelError(f"Only binary classification is supported. The type of the target is {type_of_target(y)}.")
        return one_hot(labels, len(self.classes_))


class Probabilities:
    """For classifiers whose output is a probability."""

    def predict_proba(self, X):
        """The probability of each class, (m, classes)."""
        _, A = self._outputs(X)
        return np.vstack([1 - A, A]).T if len(A) == 1 else A.T


class SingleNeuron(Classifier):
    """One unit, two classes: `coef_` (1, n_x) and `intercept_` (1,) are views of theta_, w and b."""

    coef_ = property(lambda self: self.theta_[:-1].reshape(1, -1))
    intercept_ = property(lambda self: self.theta_[-1:])

    def _begin(self, n_x, n_y, dtype):
        model = Neuron(self._kind, n_x, getattr(self, "l2", 0.0))
        return model, np.zeros(model.parameter_count, dtype)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


@stores_arguments
class Perceptron(SingleNeuron, Estimator):
    """Rosenblatt's perceptron: `w := w + α (y − ŷ) x` until an epoch has no error; `costs_` counts them.

    One example at a time by default; `batch_size=None` is the batch rule. Afterwards `converged_` says whether an epoch
    passed without an error (a warning, if none did) and `last_error_epoch_` counts from 1, 0 for none.
    Arguments and attributes: see `loopwise.learning.estimators`.
    Source: P "Frank Rosenblatt's Perceptron (1957)".

    Examples
    --------
    >>> both = Perceptron().fit([[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "no", "no", "yes"])
    >>> both.converged_, both.predict([[1, 1], [0, 1]]).tolist()
    (True, ['yes', 'no'])
    """

    alpha: float = 1.0
    batch_size: int | None = 1
    _kind = "perceptron"

    def _keep(self, state):
        super()._keep(state)
        self.converged_, self.last_error_epoch_ = state.stopped == "converged", state.last_error_epoch

    def _complaint(self):
        if self.stopped_ not in ("epochs", "patience"):
            return super()._complaint()
        errors = f"{self.costs_[-1]:.0f} errors in epoch {self.n_iter_}"
        return f"the perceptron still made {errors}: the data may not be separable"


@stores_arguments
class Adaline(SingleNeuron, SmoothEstimator):
    """Adaline: a linear neuron, fitted to the targets 0 and 1 by the delta rule `Δw = α Σ (y − z) x`.

    Its cost `½ Σ (y − z)²` is a sum, so alpha is small: a batch (`batch_size=1`: one by one) is stable below 2/λ, λ the
    largest eigenvalue of `Σ x xᵀ` (x with a 1 for the bias), m or more for m standardized examples. The second class
    is predicted where z ≥ ½; `decision_function` is z − ½.
    Arguments and attributes: see `loopwise.learning.estimators`.
    Source: P "Adaptive Linear Neurons and the Delta Rule (1960)".

    Examples
    --------
    >>> Adaline(alpha=0.1).fit([[-1], [1], [2]], [0, 1, 1]).predict([[-2], [3]]).tolist()
    [0, 1]
    """

    alpha: float = 0.0001
    epochs: int = 1000
    _kind = "adaline"
    _boundary = 0.5


@stores_arguments
class LogisticRegression(Probabilities, SingleNeuron, SmoothEstimator):
    """Logistic regression by gradient descent on the mean cross-entropy.

    Arguments and attributes: see `loopwise.learning.estimators`.
    Source: B "Logistic Regression"; C 6–8; P "Logistic Regression and Gradient Descent".

    Examples
    --------
    >>> logistic = LogisticRegression(alpha=1.0).fit([[-2], [-1], [1], [2]], [0, 0, 1, 1])
    >>> logistic.predict_proba([[0]]).round(3).tolist()
    [[0.5, 0.5]]
    """

    alpha: float = 0.1
    epochs: int = 1000
    _kind = "logistic"


@stores_arguments
class NetworkEstimator(SmoothEstimator):
    """An L-layer network; the subclass says what its output is for."""

    layers: tuple = (32,)
    activation: str = "relu"
    loss: str = "cross_entropy"
    initialization: str = "he"
    keep_prob: float = 1.0
    batch_norm: bool = False
    batch_size: int | None = 32
    optimizer: str = "adam"

    def _begin(self, n_x, n_y, dtype):
        if isinstance(self.layers, str) or not np.iterable(self.layers):
            raise ArchitectureError(f"layers is {self.layers!r}; expected a sequence: the size of each hidden layer")
        sizes = (n_x, *self.layers, n_y)
        output = "identity" if is_regressor(self) else "sigmoid" if n_y == 1 else "softmax"
        activations = (*[self.activation] * (len(sizes) - 2), output)
        architecture = Architecture(sizes, activations, self.loss, self.l2, self.keep_prob, self.batch_norm)
        return Network(architecture), initialize(architecture, self.initialization, self.seed, dtype)


@stores_arguments
class NetworkClassifier(Probabilities, Classifier, NetworkEstimator):
    """An L-layer network with a sigmoid output for two classes, softmax for more.

    Arguments and attributes: see `loopwise.learning.estimators`.
    Source: B "Deep N-layers Neural Network"; C 16; F Questions 4 (sigmoid or softmax).

    Examples
    --------
    >>> xor = NetworkClassifier(layers=(8,), activation="tanh", epochs=200)
    >>> xor.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]).predict([[0, 1], [1, 1]]).tolist()
    [1, 0]
    """


@stores_arguments
class NetworkRegressor(RegressorMixin, NetworkEstimator):
    """An L-layer network with a linear output, for one number or several; `loss` is "squared" or "absolute".

    Arguments and attributes: see `loopwise.learning.estimators`.
    Source: F "Activation functions": a linear output for regression; B "Structured data": house prices.

    Examples
    --------
    >>> line = NetworkRegressor(layers=(), alpha=0.1, epochs=500).fit([[0], [1], [2]], [1, 3, 5])
    >>> line.predict([[3]]).round(2).tolist()
    [7.0]
    """

    loss: str = "squared"

    def predict(self, X):
        """The output for each example, (m,) or (m, n_y): as y was given to `fit`."""
        _, A = self._outputs(X)
        return A[0] if self._one_number else A.T

    def _targets(self, y):
        self._one_number = y.ndim == 1
        return y.reshape(len(y), -1).T

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
