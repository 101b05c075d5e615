"""The estimators that are one neuron."""

import numpy as np

from ..models import Neuron
from .classifiers import Classifier, Probabilities
from .estimator import Estimator, SmoothEstimator, stores_arguments


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
