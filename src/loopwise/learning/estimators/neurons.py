"""The estimators that are one neuron."""

import numpy as np

from ..architecture import Architecture
from ..models import Network, Neuron
from .classifiers import Classifier, Probabilities, WeightedClassifier
from .estimator import Estimator, SmoothEstimator, stores_arguments


class Linear:
    """One layer: `coef_` (n_y, n_x) and `intercept_` (n_y,) are views of theta_, W and b."""

    coef_ = property(lambda self: self.theta_[: -self.model_.n[1]].reshape(self.model_.n[1], -1))
    intercept_ = property(lambda self: self.theta_[-self.model_.n[1] :])

    def _begin(self, n_x, n_y, dtype):
        model = Neuron(self._kind, n_x, getattr(self, "l2", 0.0))
        return model, np.zeros(model.parameter_count, dtype)


class TwoClasses:
    """Of one unit's two sides."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


@stores_arguments
class Perceptron(TwoClasses, Linear, Classifier, Estimator):
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

    def fit(self, X, y):
        """Train; a `ConvergenceWarning` tells of errors that are left, of divergence or an interruption.

        X : (m, n_x); float32 stays float32 (but for `python_loops`), other numbers become float64.
        y : (m,), labels of any kind, two of them. Returns self.
        """
        return self._learn(X, y)

    def partial_fit(self, X, y, classes=None):
        """One epoch more on these examples; the first call names both classes. Returns self."""
        return self._partly(X, y, classes)

    def _keep(self, state):
        super()._keep(state)
        self.converged_, self.last_error_epoch_ = state.stopped == "converged", state.last_error_epoch

    def _complaint(self):
        if self.stopped_ not in ("epochs", "patience", "tol"):
            return super()._complaint()
        errors = f"{self.costs_[-1]:.0f} errors in epoch {self.n_iter_}"
        return f"the perceptron still made {errors}: the data may not be separable"


@stores_arguments
class Adaline(TwoClasses, Linear, WeightedClassifier, SmoothEstimator):
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
    class_weight: dict | str | None = None
    _kind = "adaline"
    _boundary = 0.5


@stores_arguments
class LogisticRegression(Probabilities, Linear, WeightedClassifier, SmoothEstimator):
    """Logistic regression: one unit for two classes, softmax for more, on the mean cross-entropy.

    By gradient descent, or with `optimizer="lbfgs"` to where the slope is below `tol` (1e-6, if none is given) in at
    most `epochs` iterations; `C` of scikit-learn's is `l2=1 / (C * m)` here.

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
    class_weight: dict | str | None = None
    _kind = "logistic"

    def _begin(self, n_x, n_y, dtype):
        if n_y == 1:
            return super()._begin(n_x, n_y, dtype)
        model = Network(Architecture((n_x, n_y), ("softmax",), "cross_entropy", self.l2))
        return model, np.zeros(model.parameter_count, dtype)
