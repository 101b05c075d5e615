"""The estimators: scikit-learn's own checks, examples worked by hand, what the lecture says, hyper-parameters."""

import doctest
import pickle
import re
import warnings
from dataclasses import fields

import numpy as np
import pytest
import sklearn.linear_model
from helpers.estimators import QUICK
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from loopwise import Adaline, LogisticRegression, NetworkClassifier, NetworkRegressor, Perceptron, datasets, errors
from loopwise.learning.estimators import estimator as estimator_module
from loopwise.learning.estimators import networks, neurons
from loopwise.learning.parameters import views
from loopwise.learning.training import HyperParameters

quiet = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(params=list(QUICK))
def estimator(request):
    return clone(QUICK[request.param])


def problem(m=24, n_x=3, seed=1):
    """Two overlapping classes."""
    data = datasets.load("synthetic", examples=m, features=n_x, seed=seed)
    return np.ascontiguousarray(data.X.T), data.Y[0]


# === among scikit-learn's own tools ======================================================================


def test_examples_in_the_docstrings():
    results = [doctest.testmod(module) for module in (neurons, networks)]
    assert [(result.attempted, result.failed) for result in results] == [(5, 0), (4, 0)]


def test_pipeline_and_grid_search():
    data = datasets.load("breast_cancer")
    X, y = 50 + 10 * data.X.T, np.where(data.Y[0] == 1, "benign", "malignant")
    grid = {"logisticregression__alpha": [1e-6, 0.5], "logisticregression__batch_size": [None, 64]}
    search = GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression(epochs=20)), grid, cv=3)
    assert search.fit(X, y).best_params_["logisticregression__alpha"] == 0.5
    assert search.best_score_ > 0.95  # malignant for all would be 0.37, benign 0.63
    assert set(search.predict(X)) == {"benign", "malignant"}


@quiet
def test_clone_and_pickle(estimator):
    X, y = problem()
    fitted = estimator.fit(X, y)
    assert not hasattr(clone(fitted), "theta_")
    assert clone(fitted).get_params() == fitted.get_params()
    again = pickle.loads(pickle.dumps(fitted))
    assert again.theta_.tobytes() == fitted.theta_.tobytes()
    assert again.predict(X).tobytes() == fitted.predict(X).tobytes()


# === perceptron =======================================================================================

# x = 1 of class 1 and x = 2 of class 0, α = 1. The rule: w += (y − ŷ) x, b += y − ŷ, where ŷ = 1 if wx + b ≥ 0, else 0.
#   w, b =  0,  0: x = 1 gives  0, right; x = 2 gives  0, wrong, so w, b −= 2, 1
#   w, b = −2, −1: x = 1 gives −3, wrong, so w, b += 1, 1; x = 2 gives −5, right
#   w, b = −1,  0: x = 1 gives −1, wrong, so w, b += 1, 1; x = 2 gives −2, right
#   w, b =  0,  1: x = 1 gives  1, right; x = 2 gives  1, wrong, so w, b −= 2, 1
#   w, b = −2,  0: x = 1 gives −2, wrong, so w, b += 1, 1; x = 2 gives −4, right
#   w, b = −1,  1: x = 1 gives  0, right; x = 2 gives −1, right: converged, after five errors.
# Only one of the two is ever wrong, so the order in which they come does not matter.
AFTER_ERRORS = [[0, 0], [-2, -1], [-1, 0], [0, 1], [-2, 0], [-1, 1]]


@pytest.mark.parametrize("seed", range(4))
def test_perceptron_worked_by_hand(implementation, seed):
    perceptron = Perceptron(implementation=implementation.name, seed=seed).fit([[1], [2]], [1, 0])
    assert perceptron.theta_.tolist() == AFTER_ERRORS[5]
    assert (perceptron.coef_.tolist(), perceptron.intercept_.tolist()) == ([[-1.0]], [1.0])
    assert perceptron.costs_.sum() == 5
    assert (perceptron.converged_, perceptron.stopped_) == (True, "converged")
    assert perceptron.last_error_epoch_ == perceptron.n_iter_ - 1 == np.flatnonzero(perceptron.costs_)[-1] + 1
    assert perceptron.predict([[1], [2]]).tolist() == [1, 0]


@quiet
@pytest.mark.parametrize("seed", range(4))
def test_perceptron_after_each_error(seed):
    for epochs in range(1, 5):
        perceptron = Perceptron(seed=seed, epochs=epochs).fit([[1], [2]], [1, 0])
        assert perceptron.theta_.tolist() == AFTER_ERRORS[int(perceptron.costs_.sum())]


def test_perceptron_learns_from_one_example_at_a_time_unless_told_otherwise():
    # x = 1 of class 0, twice, and x = −3 of class 1, which is right from the start on. One at a time: the first x = 1
    # is wrong, so w, b −= 1, 1, and then all are right. All at once: both are wrong, so w, b −= 2, 2.
    X, y = [[1], [1], [-3]], [0, 0, 1]
    perceptron = Perceptron().fit(X, y)
    assert (perceptron.costs_.tolist(), perceptron.theta_.tolist()) == ([1.0, 0.0], [-1.0, -1.0])
    batch = Perceptron(batch_size=None).fit(X, y)
    assert (batch.costs_.tolist(), batch.theta_.tolist()) == ([2.0, 0.0], [-2.0, -2.0])


def test_perceptron_makes_no_more_errors_than_novikoff_allows():
    # Separated by (3, −4)·x/5 = 0 with a margin of γ: at most (R/γ)² errors, R the longest x with its 1 for the bias.
    X = np.random.default_rng(0).uniform(-1, 1, (60, 2))
    distance = X @ [0.6, -0.8]
    X, y, margin = X[abs(distance) > 0.1], distance[abs(distance) > 0.1] > 0, abs(distance)[abs(distance) > 0.1].min()
    perceptron = Perceptron(epochs=1000).fit(X, y)
    assert perceptron.converged_
    assert perceptron.score(X, y) == 1
    assert 0 < perceptron.costs_.sum() <= ((X**2).sum(axis=1).max() + 1) / margin**2


@pytest.mark.parametrize("batch_size", [1, None])
def test_perceptron_says_that_it_cannot_learn_xor(batch_size):
    X, y, _ = datasets.xor()
    with pytest.warns(ConvergenceWarning, match=r"still made \d errors in epoch 50: the data may not be sep") as caught:
        perceptron = Perceptron(epochs=50, batch_size=batch_size).fit(X.T, y)
    assert [warning.filename for warning in caught] == [__file__]  # it points to the call of fit
    assert f"made {perceptron.costs_[-1]:.0f} errors" in str(caught[0].message)
    assert (perceptron.converged_, perceptron.stopped_, perceptron.last_error_epoch_) == (False, "epochs", 50)
    assert perceptron.n_iter_ == len(perceptron.costs_) == 50
    assert perceptron.costs_.min() > 0
    assert perceptron.score(X.T, y) < 1


# === Adaline ==========================================================================================


def test_adaline_worked_by_hand(implementation):
    # x = 1, 2, 3 of classes 0, 1, 1; α = 1/16; w = b = 0.
    #   z = 0, 0, 0: J = ½ (0² + 1² + 1²) = 1; Σ (y − z) x = 2 + 3 = 5, Σ (y − z) = 2, so w, b = 5/16, 2/16
    #   z = 7/16, 12/16, 17/16: J = ½ (7² + 4² + 1²)/16² = 33/256
    #   Σ (y − z) x = (−7 + 2·4 − 3·1)/16 = −2/16, Σ (y − z) = (−7 + 4 − 1)/16 = −4/16
    #   w, b = 5/16 − 2/256, 2/16 − 4/256 = 78/256, 28/256. Every number is exact.
    adaline = Adaline(alpha=1 / 16, epochs=1, implementation=implementation.name)
    assert adaline.fit([[1], [2], [3]], [0, 1, 1]).theta_.tolist() == [5 / 16, 2 / 16]
    adaline = clone(adaline).set_params(epochs=2)
    assert adaline.fit([[1], [2], [3]], [0, 1, 1]).theta_.tolist() == [78 / 256, 28 / 256]
    assert adaline.costs_.tolist() == [1.0, 33 / 256]
    assert (adaline.stopped_, adaline.diverged_at_) == ("epochs", None)
    # z = 106/256, 184/256 and, at x = 100/78, exactly ½: class 1.
    assert adaline.decision_function([[1], [2]]).tolist() == [106 / 256 - 0.5, 184 / 256 - 0.5]
    assert adaline.predict([[1], [2]]).tolist() == [0, 1]


def test_adaline_predicts_1_from_one_half_on():
    # x = −1, 1 of classes 0, 1: one step of α = ½ reaches w = b = ½, and z = ½ at x = 0.
    adaline = Adaline(alpha=0.5, epochs=1).fit([[-1], [1]], ["no", "yes"])
    assert adaline.theta_.tolist() == [0.5, 0.5]
    assert adaline.predict([[0], [-(2.0**-50)]]).tolist() == ["yes", "no"]


def test_adaline_diverges_and_says_when(implementation):
    # x = −1, 1 of classes 0, 1: w = b = ½ fits both. The error of w and b is −½ at first, and α = 2 multiplies it with
    # 1 − 2α = −3 each time; J = ½ · 9^k. The fifth iteration finds 9⁴ > 1000 times the first cost, at w = b = −40.
    adaline = Adaline(alpha=2.0, epochs=100, implementation=implementation.name)
    with pytest.warns(ConvergenceWarning, match="diverged at iteration 5: alpha is too large") as caught:
        adaline.fit([[-1], [1]], [0, 1])
    assert len(caught) == 1
    assert adaline.costs_.tolist() == [0.5, 4.5, 40.5, 364.5]
    assert (adaline.stopped_, adaline.diverged_at_, adaline.n_iter_) == ("diverged", 5, 4)
    assert adaline.theta_.tolist() == [-40.0, -40.0]


@pytest.mark.parametrize("alpha", [0.5, 1e100, 1e300, 1.7e308])
@pytest.mark.parametrize("batch_size", [None, 1, 7])
def test_no_nan_however_large_alpha_is(alpha, batch_size):
    X, y = problem()
    X = 10 * X
    adaline = Adaline(alpha=alpha, batch_size=batch_size)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        adaline.fit(X, y)
        scores = adaline.decision_function(X)
    assert [warning.category for warning in caught] == [ConvergenceWarning]
    assert f"diverged at iteration {adaline.diverged_at_}:" in str(caught[0].message)
    for numbers in (adaline.theta_, adaline.costs_, scores):
        assert np.isfinite(numbers).all()
    assert set(adaline.predict(X)) <= {0.0, 1.0}


@pytest.mark.parametrize("batch_size", [None, 1, 2])
def test_a_cost_that_grew_is_a_warning_in_the_commands_words(batch_size):
    logistic = LogisticRegression(batch_size=batch_size)
    with pytest.warns(ConvergenceWarning) as caught:
        logistic.fit([[1000], [2000], [3000], [4000]], [0, 0, 1, 1])
    (warning,) = caught
    start, last = f"{np.log(2):.3g}", f"{logistic.costs_[-1]:.3g}"
    assert str(warning.message).startswith(f"epochs: the cost grew, from {start} to {last}: alpha is too large; take")
    assert "StandardScaler" in str(warning.message)


def test_a_cost_that_fell_is_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        LogisticRegression(batch_size=1, epochs=20).fit([[-2], [-1], [1], [2]], [0, 0, 1, 1])


def test_adaline_crawls_where_alpha_is_small():
    # As above, the error shrinks by 1 − 2α each time: after 100 epochs of α = 10⁻⁴, 0.96 of the cost is left.
    adaline = Adaline(alpha=1e-4, epochs=101).fit([[-1], [1]], [0, 1])
    assert adaline.stopped_ == "epochs"
    assert (np.diff(adaline.costs_) < 0).all()
    assert adaline.costs_[-1] == pytest.approx(0.5 * (1 - 2e-4) ** 200, rel=101 * 2.0**-50)


def with_a_1(X):
    return np.column_stack([X, np.ones(len(X))])


def test_adaline_on_a_batch_reaches_the_least_squares_solution():
    # Each step multiplies the error with I − αH, H = XᵀX, by which it shrinks to ρ = 1 − αλ_min for α = 1/λ_max.
    X, y = problem(m=40)
    expected, *_ = np.linalg.lstsq(with_a_1(X), y)
    slow, *_, fast = np.linalg.eigvalsh(with_a_1(X).T @ with_a_1(X))
    tolerance = 1e-10  # rounding: a few hundred u, times λ_max/λ_min < 10, is a thousand times smaller
    epochs = int(np.ceil(np.log(tolerance / np.linalg.norm(expected)) / np.log(1 - slow / fast)))
    assert fast / slow < 10
    adaline = Adaline(alpha=1 / fast, epochs=epochs).fit(X, y)
    assert np.linalg.norm(adaline.theta_ - expected) <= tolerance
    early = Adaline(alpha=1 / fast, epochs=epochs // 2).fit(X, y)
    assert np.linalg.norm(early.theta_ - expected) > tolerance


@pytest.mark.parametrize("alpha", [2.0**-9, 2.0**-11])
def test_adaline_example_by_example_comes_as_close_as_alpha_is_small(alpha):
    # One example multiplies the error e with I − αxxᵀ and adds αxr, r its residual at the solution. Over an epoch the
    # products are within (αS)² of I − αH, S = Σ‖x‖², as long as αS ≤ 1; the αxr would add up to αΣxr = 0, but each is
    # multiplied by products within αS of I. So with q = 1 − αλ_min + (αS)², E epochs leave at most
    #   ‖e‖ ≤ q^E ‖e₀‖ + α² S Σ‖x‖|r| / (1 − q), whatever the order.
    X = np.array([[a, b] for a in (-1, 1) for b in (-1, 1)] * 2)
    y = np.array([0, 0, 1, 1, 0, 1, 1, 0])
    A = with_a_1(X)
    expected, *_ = np.linalg.lstsq(A, y)
    S, slow = (A**2).sum(), np.linalg.eigvalsh(A.T @ A)[0]
    q = 1 - alpha * slow + (alpha * S) ** 2
    leftover = alpha**2 * S * (np.linalg.norm(A, axis=1) * abs(y - A @ expected)).sum() / (1 - q)
    epochs = int(np.ceil(np.log(leftover / 100) / np.log(q)))
    tolerance = leftover + q**epochs * np.linalg.norm(expected)
    assert tolerance < 50 * alpha
    adaline = Adaline(alpha=alpha, epochs=epochs, batch_size=1).fit(X, y)
    assert np.linalg.norm(adaline.theta_ - expected) <= tolerance


# === the same everywhere ==============================================================================


@quiet
def test_same_seed_same_bits(estimator, exact_implementation):
    X, y = problem(m=12)
    estimator.set_params(epochs=3, batch_size=5)
    estimator.set_params(**({"keep_prob": 0.5} if "keep_prob" in estimator.get_params() else {}))
    slide = clone(estimator).set_params(implementation="python_loops").fit(X, y)
    fitted = estimator.set_params(implementation=exact_implementation.name).fit(X, y)
    assert fitted.theta_.tobytes() == slide.theta_.tobytes()
    assert fitted.costs_.tolist() == slide.costs_.tolist()
    assert fitted.predict(X).tolist() == slide.predict(X).tolist()


@quiet
def test_another_seed_is_another_run(estimator):
    X, y = problem()
    one, two = (clone(estimator).set_params(seed=seed, batch_size=5).fit(X, y) for seed in (0, 1))
    assert one.theta_.tobytes() != two.theta_.tobytes()


@quiet
def test_float32_stays_float32(estimator):
    X, y = problem()
    half = estimator.fit(X.astype(np.float32), y)
    assert half.theta_.dtype == np.float32
    score = getattr(half, "decision_function", half.predict)
    assert score(X).dtype == np.float32
    assert half.score(X, y) == half.score(X.astype(np.float32), y)


@quiet
def test_python_loops_turn_float32_into_float64(estimator):
    X, y = problem(m=12)
    estimator.set_params(implementation="python_loops", epochs=2)
    half = clone(estimator).fit(X.astype(np.float32), y)
    assert half.theta_.tobytes() == clone(estimator).fit(X.astype(np.float32).astype(float), y).theta_.tobytes()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_x_is_handed_on_as_a_view(monkeypatch, dtype):
    X, y = problem()
    X = X.astype(dtype)
    seen = spy(monkeypatch)
    LogisticRegression(epochs=1).fit(X, y)
    X_seen, Y_seen, validation = seen[0]
    assert np.shares_memory(X_seen, X)
    assert (X_seen.shape, Y_seen.shape, Y_seen.dtype, validation) == ((3, 24), (1, 24), dtype, None)


def spy(monkeypatch):
    """The (X, Y, validation) of every call of `train` from now on."""
    seen, train = [], estimator_module.train

    def watched(impl, model, theta, X, Y, **options):
        seen.append((X, Y, options["validation"]))
        return train(impl, model, theta, X, Y, **options)

    monkeypatch.setattr(estimator_module, "train", watched)
    return seen


@quiet
@pytest.mark.parametrize("name", ["perceptron", "logistic", "classifier"])
def test_memory_order_changes_no_bit(name, exact_implementation):
    X, y = problem(m=9)
    spread = np.zeros((18, 6))[::-2, ::2]
    spread[:] = X
    estimator = clone(QUICK[name]).set_params(implementation=exact_implementation.name, epochs=3, batch_size=None)
    expected = clone(estimator).fit(X, y)
    for other in (np.asfortranarray(X), spread):
        assert clone(estimator).fit(other, y).theta_.tobytes() == expected.theta_.tobytes()
        assert expected.decision_function(other).tolist() == expected.decision_function(X).tolist()


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


# === hyper-parameters: all can be set, and each does something ========================================


def test_every_hyper_parameter_is_an_argument():
    names = {field.name for field in fields(HyperParameters)}
    for one in ("adaline", "logistic", "classifier", "regressor"):
        assert names | {"l2"} <= set(QUICK[one].get_params())
    network = {"layers", "activation", "loss", "initialization", "keep_prob", "batch_norm"}
    assert network <= set(QUICK["classifier"].get_params()) & set(QUICK["regressor"].get_params())
    rule = names - {"optimizer", "beta_1", "beta_2", "epsilon"}
    rule |= {"validation_fraction", "random_state", "warm_start", "verbose", "implementation"}
    assert set(QUICK["perceptron"].get_params()) == rule


NEURON = {"alpha": 0.01, "epochs": 2, "batch_size": None, "decay": 0.5, "seed": 0, "optimizer": "adam"}
NEURON |= {"beta_1": 0.5, "beta_2": 0.5, "epsilon": 0.1, "l2": 0.5}
NETWORK = NEURON | {"layers": (3, 2), "activation": "tanh", "initialization": "xavier", "keep_prob": 0.5}
NETWORK |= {"batch_norm": True, "seed": 1}
BASE = {"alpha": 0.005, "epochs": 4, "batch_size": 5, "optimizer": "descent", "seed": 3}
CHANGES = [(name, *change) for name in ("adaline", "logistic") for change in NEURON.items()]
CHANGES += [(name, *change) for name in ("classifier", "regressor") for change in NETWORK.items()]
CHANGES += [("classifier", "loss", "squared"), ("regressor", "loss", "absolute")]


@pytest.mark.parametrize(("name", "argument", "value"), CHANGES)
def test_every_hyper_parameter_does_something(name, argument, value):
    X, y = problem()
    base = clone(QUICK[name]).set_params(**BASE)
    if argument in ("beta_1", "beta_2", "epsilon"):
        base.set_params(optimizer="adam")
    changed = clone(base).set_params(**{argument: value}).fit(X, y)
    assert base.fit(X, y).theta_.tobytes() != changed.theta_.tobytes()


@pytest.mark.parametrize("name", ["adaline", "logistic", "classifier", "regressor"])
def test_patience_goes_back_to_the_best_epoch(name):
    X, y = problem(m=40, n_x=8)
    options = {"alpha": 0.02, "epochs": 400, "batch_size": 5, "validation_fraction": 0.4, "seed": 2}
    stopped = clone(QUICK[name]).set_params(patience=3, **options).fit(X, y)
    best = int(np.argmin(stopped.validation_costs_)) + 1
    assert (stopped.stopped_, stopped.n_iter_) == ("patience", best + 3)
    assert len(stopped.validation_costs_) == len(stopped.costs_) == best + 3
    direct = clone(stopped).set_params(epochs=best).fit(X, y)
    assert direct.stopped_ == "epochs"
    assert direct.theta_.tobytes() == stopped.theta_.tobytes()


@pytest.mark.parametrize("name", ["logistic", "regressor"])
def test_what_patience_watches_is_not_learned_from(name, monkeypatch):
    X, y = problem(m=40)
    y[:] = np.arange(40) < 8
    seen = spy(monkeypatch)
    for seed in range(3):
        clone(QUICK[name]).set_params(patience=1, validation_fraction=0.25, seed=seed).fit(X, y)
    for X_seen, Y_seen, (X_watched, Y_watched) in seen:
        assert (X_seen.shape, Y_seen.shape, X_watched.shape, Y_watched.shape) == ((3, 30), (1, 30), (3, 10), (1, 10))
        examples = np.hstack([np.vstack([X_seen, Y_seen]), np.vstack([X_watched, Y_watched])])
        assert sorted(map(tuple, examples.T)) == sorted(map(tuple, np.column_stack([X, y])))  # each with its own y
    watched = {X_watched.tobytes() for _, _, (X_watched, _) in seen}
    assert len(watched) == 3  # the seed draws them
    if name == "logistic":  # with the same share of each class
        assert [Y_watched.sum() for _, _, (_, Y_watched) in seen] == [2, 2, 2]


def test_without_patience_every_example_is_learned_from():
    X, y = problem()
    one, two = (LogisticRegression(epochs=5, validation_fraction=share).fit(X, y) for share in (0.1, 0.5))
    assert one.theta_.tobytes() == two.theta_.tobytes()
    assert one.validation_costs_.size == 0


def test_batch_normalization_predicts_with_what_training_saw():
    X, y = problem()
    network = NetworkClassifier(layers=(4,), batch_norm=True, epochs=5).fit(X, y)
    assert network.statistics_.shape == (8,)
    whole = network.decision_function(X)
    assert np.abs(network.decision_function(X[:1]) - whole[:1]).max() < 1e-12  # one example alone has no variance


def test_interrupted_training_keeps_what_it_learned(monkeypatch):
    def interrupted(*arguments, **options):
        def stop(state):
            if state.epoch == 3:
                raise KeyboardInterrupt

        return train(*arguments, on_epoch=stop, **options)

    train = estimator_module.train
    monkeypatch.setattr(estimator_module, "train", interrupted)
    X, y = problem()
    with pytest.warns(ConvergenceWarning, match="interrupted after 3 of 150 epochs"):
        logistic = clone(QUICK["logistic"]).fit(X, y)
    assert (logistic.stopped_, logistic.n_iter_) == ("interrupted", 3)
    assert logistic.predict(X).shape == (24,)


# === what makes no sense ==============================================================================

WRONG = {
    "alpha": (LogisticRegression(alpha=-1), "alpha is -1; expected a positive"),
    "epochs": (Perceptron(epochs=0), "epochs is 0; expected a positive whole number"),
    "batch": (Adaline(batch_size=0.5), "batch_size is 0.5"),
    "seed": (NetworkClassifier(seed=None), "seed is None; expected a whole number, at least 0"),
    "optimizer": (NetworkClassifier(optimizer="adm"), "unknown optimizer 'adm'; did you mean 'adam'?"),
    "implementation": (Adaline(implementation="numba_loop"), "did you mean 'numba_loops'?"),
    "layers": (NetworkClassifier(layers=3), "layers is 3; expected a sequence: the size of each hidden layer"),
    "a name for layers": (NetworkClassifier(layers="32"), "layers is '32'; expected a sequence"),
    "a layer": (NetworkClassifier(layers=(3, 0)), "n[2] is 0; expected a positive whole number"),
    "loss": (NetworkRegressor(loss="cross_entropy"), "loss 'cross_entropy' needs a sigmoid or softmax output"),
    "l2": (Adaline(l2=-1), "l2 is -1; expected at least 0"),
    "share": (Perceptron(patience=1, validation_fraction=1), "validation_fraction is 1; expected 0 < validation"),
}


@pytest.mark.parametrize("case", WRONG)
def test_one_line_for_arguments_that_make_no_sense(case):
    wrong, message = WRONG[case]
    X, y = problem()
    with pytest.raises(errors.LoopwiseError, match=re.escape(message)) as caught:
        clone(wrong).fit(X, y)
    assert isinstance(caught.value, ValueError)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["perceptron", "adaline"])
def test_one_neuron_has_two_classes(name):
    with pytest.raises(errors.LabelError, match=r"Only binary .* The type of the target is multiclass\.$"):
        clone(QUICK[name]).fit([[1], [2], [3]], ["a", "b", "c"])


@pytest.mark.parametrize("name", ["perceptron", "adaline", "logistic", "classifier"])
def test_one_class_is_no_problem_to_learn(name):
    with pytest.raises(errors.LabelError, match="y holds one class, cat; a classifier needs at least two"):
        clone(QUICK[name]).fit([[1], [2], [3]], ["cat"] * 3)
