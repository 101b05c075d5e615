"""Scikit-learn's own checks, whole, of every estimator with every implementation."""

import pytest
from helpers.estimators import QUICK
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from loopwise import LogisticRegression, implementation_names

KINDS = [*QUICK.values(), LogisticRegression(optimizer="lbfgs")]
EVERY = [clone(one).set_params(implementation=name) for one in KINDS for name in implementation_names()]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(EVERY)
def test_scikit_learn_checks(estimator, check):
    check(estimator)
