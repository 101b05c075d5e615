"""Classes of any kind: two are one unit, more are softmax; and numbers, one or several."""

import numpy as np
import pytest
import sklearn.linear_model
from helpers.estimators import QUICK, problem, with_a_1
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

from loopwise import LogisticRegression, NetworkClassifier, NetworkRegressor, datasets
from loopwise.learning.parameters import views

quiet = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(params=list(QUICK))
def estimator(request):
    return clone(QUICK[request.param])


# === classes and numbers ==============================================================================


def test_two_classes_are_one_unit_and_more_are_softmax():
    iris = load_iris()
    X, names = iris.data, iris.target_names[iris.target]
    three = NetworkClassifier(layers=(5,)).fit(X, names)
    assert (three.model_.n, three.model_.activation) == ((4, 5, 3), "softmax")
    assert three.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    P = three.predict_proba(X)
    assert P.shape == three.decision_function(X).shape == (150, 3)
    assert np.abs(P.sum(axis=1) - 1).max() < 2.0**-50
    assert three.predict(X).tolist() == three.classes_[P.argmax(axis=1)].tolist()
    assert three.score(X, names) > 0.9  # a third by chance
    two = NetworkClassifier(layers=(5,)).fit(X, names == "setosa")
    assert (two.model_.n, two.model_.activation) == ((4, 5, 1), "sigmoid")
    P, z = two.predict_proba(X), two.decision_function(X)
    assert P.shape == (150, 2)
    assert np.allclose(P[:, 1], 1 / (1 + np.exp(-z)), rtol=2.0**-48, atol=0)
    assert two.predict(X).tolist() == (z >= 0).tolist()


def test_logistic_regression_of_three_classes_is_softmax():
    X, y = load_iris(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    ours = LogisticRegression(optimizer="lbfgs", l2=0.1, tol=1e-9).fit(X, y)
    theirs = sklearn.linear_model.LogisticRegression(C=1 / (0.1 * 150), tol=1e-9, max_iter=1000).fit(X, y)
    assert (ours.coef_.shape, ours.intercept_.shape) == ((3, 4), (3,))
    assert abs(ours.coef_ - theirs.coef_).max() < 1e-6
    assert abs(ours.intercept_ - theirs.intercept_).max() < 1e-6
    assert abs(ours.predict_proba(X) - theirs.predict_proba(X)).max() < 1e-6
    assert np.allclose(ours.decision_function(X), X @ ours.coef_.T + ours.intercept_, rtol=0, atol=1e-12)
    assert ours.predict(X).tolist() == theirs.predict(X).tolist()


def test_logistic_regression_ignores_what_the_labels_are_called():
    X, y = problem()
    numbers = LogisticRegression(epochs=20).fit(X, y)
    words = LogisticRegression(epochs=20).fit(X, np.where(y == 1, "yes", "no"))
    assert numbers.theta_.tobytes() == words.theta_.tobytes()
    assert (words.predict(X) == "yes").tolist() == (numbers.predict(X) == 1).tolist()
    assert np.allclose(numbers.decision_function(X), X @ numbers.coef_[0] + numbers.intercept_[0], rtol=0, atol=1e-14)


def test_house_prices_on_a_line():
    # B "Structured data": the line through the lecture's houses by size; gradient descent as in the batch test above.
    X, prices, _ = datasets.houses()
    x = StandardScaler().fit_transform(X[:1].T)
    expected, *_ = np.linalg.lstsq(with_a_1(x), prices)
    # Mean costs and a standardized x: H = I, so α = ½ halves the error; 60 epochs leave 2⁻⁶⁰ of it, and rounding.
    line = NetworkRegressor(layers=(), alpha=0.5, epochs=60, batch_size=None, optimizer="descent").fit(x, prices)
    assert np.abs(line.theta_ - expected).max() < 2.0**-48
    assert line.predict(x).shape == (4,)


def test_regression_of_several_numbers():
    X, y = problem()
    Y = np.column_stack([y, 1 - 2 * y])
    options = {"layers": (), "optimizer": "descent", "initialization": "zeros", "epochs": 50, "alpha": 0.25}
    both = NetworkRegressor(**options).fit(X, Y)
    alone = [NetworkRegressor(**options).fit(X, y) for y in Y.T]
    W, b = (part[1] for part in views(both.theta_, both.model_.architecture)[:2])
    assert both.predict(X).shape == (24, 2)
    # Separate units, the same sums in another order: 100 steps of 24 products, each with rounding of 2⁻⁵³.
    for k, one in enumerate(alone):
        assert np.abs(np.append(W[k], b[k]) - one.theta_).max() < 100 * 24 * 2.0**-52
        assert np.abs(both.predict(X)[:, k] - one.predict(X)).max() < 100 * 24 * 2.0**-50
