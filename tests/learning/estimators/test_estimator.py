"""What every estimator has: it goes on where it ended, weighs examples, stops early, says how far it is."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from helpers.estimators import QUICK, problem
from sklearn.base import clone, is_regressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from loopwise import Adaline, LogisticRegression, NetworkClassifier, NetworkRegressor, Perceptron, datasets, errors
from loopwise.learning.estimators import estimator as estimator_module

quiet = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SMOOTH = ["adaline", "logistic", "classifier", "regressor"]
WITH_CLASSES = ["perceptron", "adaline", "logistic", "classifier"]


@pytest.fixture(params=list(QUICK))
def estimator(request):
    return clone(QUICK[request.param])


def in_parts(estimator, X, y, times):
    """`partial_fit` on all of it, some times."""
    classes = {} if is_regressor(estimator) else {"classes": np.unique(y)}
    for _ in range(times):
        estimator.partial_fit(X, y, **classes)
    return estimator


# === going on =========================================================================================


@quiet
@pytest.mark.parametrize("options", [{}, {"batch_size": 5}, {"batch_size": 5, "optimizer": "adam", "decay": 0.5}])
def test_partial_fit_is_one_epoch_more(estimator, options):
    X, y = problem()
    options = {name: value for name, value in options.items() if name in estimator.get_params()}
    estimator.set_params(epochs=4, **options)
    whole = clone(estimator).fit(X, y)
    parts = in_parts(clone(estimator), X, y, whole.n_iter_)
    assert parts.theta_.tobytes() == whole.theta_.tobytes()
    assert (parts.n_iter_, parts.loss_curve_) == (whole.n_iter_, whole.costs_.tolist())
    assert in_parts(parts, X, y, 1).n_iter_ == whole.n_iter_ + 1


@quiet
def test_warm_start_goes_on_and_without_it_fit_begins_anew(estimator):
    X, y = problem()
    estimator.set_params(epochs=6, batch_size=5)
    whole = clone(estimator).fit(X, y)
    warm = clone(estimator).set_params(epochs=2, warm_start=True)
    for k in range(1, 4):
        warm.fit(X, y)
        if len(warm.costs_) == 2 * k:  # a perceptron may have converged, and then goes on until it is told not to
            assert warm.n_iter_ == 2 * k
    if whole.n_iter_ == 6:
        assert warm.theta_.tobytes() == whole.theta_.tobytes()
        assert warm.loss_curve_ == whole.loss_curve_
    again = clone(estimator).fit(X, y).fit(X, y)
    assert (again.theta_.tobytes(), again.n_iter_) == (whole.theta_.tobytes(), whole.n_iter_)


def test_lbfgs_goes_on_from_its_parameters():
    X, y = problem()
    warm = LogisticRegression(optimizer="lbfgs", warm_start=True, l2=0.1)
    first = warm.fit(X, y).n_iter_
    assert first > 3
    assert warm.fit(X, y).n_iter_ == first  # the slope is small already


def test_other_classes_layers_or_optimizers_need_a_new_start():
    X, y = problem()
    network = NetworkClassifier(layers=(3,), epochs=2, warm_start=True).fit(X, y)
    with pytest.raises(errors.OptionError, match="has 16 parameters, these arguments ask for 21: without warm_start"):
        network.set_params(layers=(4,)).fit(X, y)
    network.set_params(layers=(3,), optimizer="descent")
    with pytest.raises(errors.OptionError, match="remembers the steps of adam, and optimizer is 'descent': "):
        network.fit(X, y)
    with pytest.raises(errors.LabelError, match=r"y has 7\.0, which is none of the classes 0\.0, 1\.0"):
        network.set_params(optimizer="adam").fit(X, np.where(y == 1, 7.0, 0.0))
    logistic = LogisticRegression(optimizer="lbfgs", warm_start=True).fit(X, y)
    with pytest.raises(errors.OptionError, match="the fitted estimator remembers the steps of lbfgs"):
        logistic.set_params(optimizer="descent").fit(X, y)


@pytest.mark.parametrize("name", WITH_CLASSES)
def test_partial_fit_knows_its_classes_from_the_first_call_on(name):
    X, y = problem()
    with pytest.raises(ValueError, match="classes must be passed on the first call to partial_fit"):
        clone(QUICK[name]).partial_fit(X, y)
    with pytest.raises(ValueError, match="NaN"):
        (failed := clone(QUICK[name])).partial_fit(X * np.nan, y, classes=[0, 1])
    assert not hasattr(failed, "classes_")
    one = clone(QUICK[name]).partial_fit(X[y == 1], y[y == 1], classes=[0, 1])
    assert one.classes_.tolist() == [0, 1]
    assert one.partial_fit(X, y).n_iter_ == 2
    with pytest.raises(ValueError, match="is not the same as on last call"):
        one.partial_fit(X, y, classes=[1, 2])
    with pytest.raises(errors.LabelError, match=r"y has 5\.0, which is none of the classes 0, 1"):
        one.partial_fit(X, np.full(24, 5.0))


def test_partial_fit_where_it_makes_no_sense():
    X, y = problem()
    with pytest.raises(errors.OptionError, match="patience has no place in partial_fit"):
        NetworkRegressor(patience=3).partial_fit(X, y)
    with pytest.raises(errors.OptionError, match="class_weight 'balanced' needs all examples, and partial_fit"):
        LogisticRegression(class_weight="balanced").partial_fit(X, y, classes=[0, 1])
    for lbfgs in (LogisticRegression(optimizer="lbfgs"), NetworkRegressor(optimizer="lbfgs")):
        assert not hasattr(lbfgs, "partial_fit")
        with pytest.raises(AttributeError, match="has no attribute 'partial_fit'"):
            lbfgs.partial_fit(X, y)
    with pytest.raises(errors.OptionError, match="patience has no place with lbfgs"):
        LogisticRegression(optimizer="lbfgs", patience=3).fit(X, y)


# === weights ==========================================================================================


def counts_of(m):
    return np.arange(m) % 4


@pytest.fixture
def trainings(monkeypatch):
    """The (X, Y, weights) of every call of `train` from now on."""
    seen, train = [], estimator_module.train

    def watched(impl, model, theta, X, Y, **options):
        seen.append((impl.asnumpy(X), impl.asnumpy(Y), options["weights"]))
        return train(impl, model, theta, X, Y, **options)

    monkeypatch.setattr(estimator_module, "train", watched)
    return seen


@quiet
@pytest.mark.parametrize("name", SMOOTH)
def test_each_example_is_trained_with_its_weight(implementation, trainings, name):
    # What weights mean to `train` is in test_weights.py.
    X, y = problem()
    counts = counts_of(24)
    estimator = clone(QUICK[name]).set_params(implementation=implementation.name, epochs=1)
    weighted = estimator.fit(X, y, sample_weight=counts).theta_.tobytes()
    ((X_seen, Y_seen, weights),) = trainings
    assert X_seen.tolist() == X[counts > 0].T.tolist()
    assert Y_seen.tolist() == [y[counts > 0].tolist()]
    assert weights.tolist() == counts[counts > 0].tolist()
    assert weighted != clone(estimator).fit(X, y).theta_.tobytes()


def test_a_weight_of_2_is_the_example_twice(implementation):
    # Small integers, α = 2⁻⁸, three steps: every number is exact. From scikit-learn's side: `check_estimator`.
    X = np.array([[1, 2], [-2, 1], [3, 0], [0, -1], [2, 2], [-1, 1], [1, -3], [-3, 1]], float)
    y, counts = np.array([0, 1, 0, 1, 1, 0, 0, 1]), np.array([1, 3, 0, 3, 1, 0, 4, 4])
    adaline = Adaline(alpha=2.0**-8, epochs=3, implementation=implementation.name)
    weighted = clone(adaline).fit(X, y, sample_weight=counts)
    repeated = clone(adaline).fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
    assert weighted.theta_.tolist() == repeated.theta_.tolist()
    assert weighted.loss_curve_ == repeated.loss_curve_
    assert weighted.theta_.tolist() != clone(adaline).fit(X, y).theta_.tolist()


@quiet
@pytest.mark.parametrize("name", SMOOTH)
def test_equal_weights_change_no_bit(exact_implementation, name):
    X, y = problem()
    estimator = clone(QUICK[name]).set_params(epochs=3, batch_size=5, implementation=exact_implementation.name)
    plain = clone(estimator).fit(X, y).theta_.tobytes()
    assert clone(estimator).fit(X, y, sample_weight=np.ones(24)).theta_.tobytes() == plain
    if name != "adaline":  # whose cost is a sum
        assert clone(estimator).fit(X, y, sample_weight=np.full(24, 4.0)).theta_.tobytes() == plain


@quiet
@pytest.mark.parametrize("name", SMOOTH)
def test_partial_fit_takes_weights(name):
    X, y = problem()
    estimator = clone(QUICK[name]).set_params(epochs=1, batch_size=5)
    whole = clone(estimator).fit(X, y, sample_weight=counts_of(24))
    classes = {} if name == "regressor" else {"classes": [0, 1]}
    part = clone(estimator).partial_fit(X, y, sample_weight=counts_of(24), **classes)
    assert part.theta_.tobytes() == whole.theta_.tobytes()


U = 2.0**-53  # a rounding of a number, at most that share of it


@quiet
@pytest.mark.parametrize("name", ["adaline", "logistic", "classifier"])
def test_class_weights_are_weights_of_a_classs_examples(trainings, name):
    X, y = problem()
    y[:] = np.arange(24) < 6
    counts, names = counts_of(24), np.where(y == 1, "rare", "often")
    estimator = clone(QUICK[name]).set_params(epochs=1, class_weight="balanced")
    estimator.fit(X, y)
    clone(estimator).set_params(class_weight={"rare": 6.0, "often": 2.0}).fit(X, names)
    clone(estimator).fit(X, y, sample_weight=counts)
    clone(estimator).fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
    balanced, given, both, twice = (weights for _, _, weights in trainings)
    # 24 examples, 2 classes: each class has half of the weight. A mean of 24 terms and some divisions are rounded.
    assert np.allclose(balanced, np.where(y == 1, 24 / (2 * 6), 24 / (2 * 18)), rtol=2 * 30 * U, atol=0)
    assert np.allclose(given, np.where(y == 1, 2.0, 2 / 3), rtol=2 * 30 * U, atol=0)  # 6 and 2, of a mean of 3
    left = counts[counts > 0]
    assert np.allclose(np.repeat(both / left, left), twice, rtol=2 * 60 * U, atol=0)  # means of up to 36 terms


@quiet
def test_weights_go_with_the_examples_that_are_learned_from():
    X, y = problem(m=40)
    heavy = np.where(np.arange(40) < 20, 1.0, 5.0)
    options = {"patience": 50, "epochs": 5, "validation_fraction": 0.25, "seed": 1}
    logistic = LogisticRegression(**options).fit(X, y, sample_weight=heavy)
    other = LogisticRegression(**options).fit(X, y, sample_weight=heavy[::-1])
    assert logistic.theta_.tobytes() != other.theta_.tobytes()
    assert len(logistic.validation_costs_) == 5
    # Adaline's first cost, of all at once and from zeros, is ½ Σ weight · y².
    adaline = Adaline(batch_size=None, **options).fit(X, y, sample_weight=np.arange(40))
    learned, _ = train_test_split(np.arange(1, 40), test_size=0.25, random_state=1, stratify=y[1:])  # 0 weighs nothing
    assert adaline.costs_[0] == 0.5 * (learned * y[learned]).sum()


@quiet
def test_class_weights_shift_and_ask_for_no_other_alpha(trainings):
    X, y = problem()
    for k in (1.0, 1024.0):  # a power of 2 rounds nothing
        Adaline(epochs=5, class_weight={0: k, 1: 2 * k}).fit(X, y)
    (_, _, one), (_, _, many) = trainings
    assert one.tolist() == many.tolist()
    assert abs(one.mean() - 1) <= 2 * 30 * U


@pytest.mark.parametrize("name", SMOOTH)
def test_weights_that_make_no_sense(name):
    X, y = problem()
    for weights, message in (
        (np.zeros(24), "zero|weight of 0"),
        (np.full(24, -1.0), "Negative|negative"),
        (np.ones(23), r"sample_weight.shape == \(23,\)"),
    ):
        with pytest.raises(ValueError, match=message) as caught:
            clone(QUICK[name]).fit(X, y, sample_weight=weights)
        assert "\n" not in str(caught.value)


# === when to stop, and what is told ===================================================================


@pytest.mark.parametrize("name", SMOOTH)
def test_tol_stops_where_the_cost_falls_no_further(name):
    X, y = problem(m=60)
    estimator = clone(QUICK[name]).set_params(epochs=5000, tol=1e-4, n_iter_no_change=3)
    estimator.set_params(**({"alpha": 0.01} if name == "adaline" else {}))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimator.fit(X, y)
    costs = estimator.costs_
    assert (estimator.stopped_, estimator.n_iter_) == ("tol", len(costs))
    falls = [min(costs[k - 3 : k]) < min(costs[: k - 3]) - 1e-4 for k in range(4, len(costs) + 1)]
    assert falls == [True] * (len(falls) - 1) + [False]
    plain = clone(estimator).set_params(tol=None, epochs=estimator.n_iter_).fit(X, y)
    assert plain.theta_.tobytes() == estimator.theta_.tobytes()


def test_an_end_that_was_not_reached_is_a_warning():
    X, y = problem()
    with pytest.warns(ConvergenceWarning, match=r"still fell by more than tol = 1e-09 in epoch 20: raise epochs"):
        LogisticRegression(tol=1e-9, epochs=20).fit(X, y)
    with pytest.warns(ConvergenceWarning, match="lbfgs was still going down after 2 iterations: raise epochs, or"):
        LogisticRegression(optimizer="lbfgs", epochs=2).fit(X, y)
    with pytest.warns(ConvergenceWarning, match="lbfgs can go no further down, and the slope is above tol: raise tol"):
        LogisticRegression(optimizer="lbfgs", tol=0, l2=0.01, epochs=1000).fit(X, y)
    with pytest.warns(ConvergenceWarning, match="lbfgs met a cost that is not finite: standardize X"):
        NetworkRegressor(optimizer="lbfgs").fit(1e200 * X, 1e200 * y)


@quiet
def test_random_state_is_the_seed_where_it_is_given():
    X, y = problem()

    def theta(**options):
        return NetworkClassifier(layers=(3,), epochs=2, batch_size=5, **options).fit(X, y).theta_.tobytes()

    assert theta(seed=7) == theta(random_state=7) == theta(seed=1, random_state=7) == theta(random_state=np.int64(7))
    assert theta(random_state=7) != theta(random_state=8)
    assert theta(random_state=np.random.RandomState(5)) == theta(random_state=np.random.RandomState(5))
    assert theta(random_state=np.random.RandomState(5)) != theta(random_state=np.random.RandomState(6))
    both = np.random.RandomState(5)
    assert theta(random_state=both) != theta(random_state=both)  # each fit draws anew
    with pytest.raises(errors.LoopwiseError, match="seed is -1; expected a whole number, at least 0"):
        theta(random_state=-1)


@quiet
def test_verbose_shows_how_far_it_is(estimator, capfd):
    X, y = problem()
    estimator.set_params(epochs=3).fit(X, y)
    assert capfd.readouterr() == ("", "")
    estimator.set_params(verbose=True).fit(X, y)
    out, err = capfd.readouterr()
    assert out == ""
    assert re.search(rf"{estimator.n_iter_}/3 epochs, cost {re.escape(f'{estimator.costs_[-1]:.4g}')}", err)


def test_a_data_frame_in_and_its_names_kept():
    data = datasets.load("breast_cancer")
    frame = pd.DataFrame(StandardScaler().fit_transform(data.X.T), columns=[f"feature {k}" for k in range(30)])
    y = pd.Series(np.where(data.Y[0] == 1, "benign", "malignant"))
    logistic = LogisticRegression(epochs=20).fit(frame, y)
    assert logistic.feature_names_in_.tolist() == list(frame.columns)
    assert logistic.score(frame, y) > 0.95
    with pytest.raises(ValueError, match="feature names should match"):
        logistic.predict(frame.rename(columns=str.upper))


def test_names_by_which_users_know_them():
    X, y = problem()
    for one in (Perceptron(epochs=3), Adaline(epochs=3), LogisticRegression(epochs=3), NetworkRegressor(epochs=3)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            one.fit(X, y)
        assert one.loss_curve_ == one.costs_.tolist()
        assert isinstance(one.loss_curve_, list)
        assert (one.n_features_in_, one.n_iter_) == (3, len(one.loss_curve_))
