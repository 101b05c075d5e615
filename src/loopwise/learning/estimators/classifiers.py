"""What classifiers have: classes of any kind, scores and probabilities."""

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from ...datasets import one_hot
from ...errors import LabelError


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
