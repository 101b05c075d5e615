"""What classifiers have: classes of any kind, their weights, scores and probabilities."""

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import _check_partial_fit_first_call, check_classification_targets, type_of_target

from ...datasets import one_hot
from ...errors import LabelError, OptionError
from .estimator import learns_by_epochs


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

    def _partly(self, X, y, classes, sample_weight=None):
        """`partial_fit`: the classes are known from its first call on."""
        first = _check_partial_fit_first_call(self, classes)
        try:
            return self._learn(X, y, sample_weight, partial=True)
        except BaseException:
            if first:
                del self.classes_
            raise

    def _targets(self, y, known):
        """Y; the classes are those of y, if they are not known yet."""
        check_classification_targets(y)
        if not known:
            self.classes_ = np.unique(y)
        elif len(strange := np.setdiff1d(y, self.classes_)):
            raise LabelError(f"y has {strange[0]!s}, which is none of the classes {', '.join(map(str, self.classes_))}")
        if len(self.classes_) == 1:
            raise LabelError(f"y holds one class, {self.classes_[0]!s}; a classifier needs at least two")
        if len(self.classes_) > 2 and not self.__sklearn_tags__().classifier_tags.multi_class:
            kind = type_of_target(self.classes_)
            raise LabelError(f"Only binary classification is supported. The type of the target is {kind}.")
        return one_hot(np.searchsorted(self.classes_, y), len(self.classes_))


class WeightedClassifier(Classifier):
    """Classifiers whose cost is a sum over examples, each of which may count more or less."""

    def fit(self, X, y, sample_weight=None):
        """Train; a `ConvergenceWarning` tells of divergence, an interruption, errors that are left, an end not reached.

        X : (m, n_x); float32 stays float32 (but for `python_loops`), other numbers become float64.
        y : (m,), labels of any kind. sample_weight : (m,), at least 0: 2 is the example twice. Returns self.
        """
        return self._learn(X, y, sample_weight)

    @available_if(learns_by_epochs)
    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """One epoch more on these examples; the first call names all classes there will be. Returns self."""
        return self._partly(X, y, classes, sample_weight)

    def _weights(self, sample_weight, X, y, partial):
        weights = super()._weights(sample_weight, X, y, partial)
        if self.class_weight is None:
            return weights
        if partial and self.class_weight == "balanced":
            raise OptionError("class_weight 'balanced' needs all examples, and partial_fit sees some: give a dict")
        counts = slice(None) if weights is None else weights > 0
        classes, labels = np.unique(y[counts], return_inverse=True)
        sample_weight = None if weights is None else weights[counts]
        given = compute_class_weight(self.class_weight, classes=classes, y=y[counts], sample_weight=sample_weight)
        of_class = np.ones(len(y))
        of_class[counts] = given[labels]
        of_class /= np.average(of_class[counts], weights=sample_weight)  # they shift, and do not ask for another alpha
        return of_class if weights is None else weights * of_class


class Probabilities:
    """For classifiers whose output is a probability."""

    def predict_proba(self, X):
        """The probability of each class, (m, classes)."""
        _, A = self._outputs(X)
        return np.vstack([1 - A, A]).T if len(A) == 1 else A.T
