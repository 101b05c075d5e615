"""The estimators that are one neuron: examples worked by hand, and what the lecture says of them."""

import warnings

import numpy as np
import pytest
from helpers.estimators import QUICK, problem, with_a_1
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from loopwise import Adaline, LogisticRegression, Perceptron, datasets

quiet = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(params=list(QUICK))
def estimator(request):
    return clone(QUICK[request.param])


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
