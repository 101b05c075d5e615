"""Estimators take Dask arrays: what is learned is learned block by block, and predicted where the blocks are."""

import numpy as np
import pytest

from loopwise import Adaline, LogisticRegression, NetworkClassifier, NetworkRegressor, Perceptron
from loopwise.errors import DTypeError, OptionError, ShapeError

da = pytest.importorskip("dask.array")
M = 200
FITTED = {
    "logistic": LogisticRegression(epochs=5),
    "logistic by L-BFGS": LogisticRegression(optimizer="lbfgs", l2=0.1),
    "perceptron": Perceptron(batch_size=None, epochs=3),
    "adaline": Adaline(epochs=3),
    "network": NetworkClassifier(layers=(4,), epochs=3),
}
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def data(dtype=np.float64):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((M, 5)).astype(dtype)
    return X, np.where(X[:, 0] + 0.1 * rng.standard_normal(M) > 0, "yes", "no")


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", FITTED)
def test_one_block_is_the_array(name, dtype):
    from sklearn.base import clone

    X, y = data(dtype)
    alone = clone(FITTED[name]).set_params(implementation="numba_loops").fit(X, y)
    blocks = clone(alone).fit(da.from_array(X, chunks=(M, 2)), da.from_array(y, chunks=50))
    np.testing.assert_array_equal(blocks.theta_, alone.theta_)
    assert blocks.theta_.dtype == dtype
    several = da.from_array(X, chunks=(30, 2))
    np.testing.assert_array_equal(blocks.predict(several), alone.predict(X))
    np.testing.assert_array_equal(blocks.decision_function(several), alone.decision_function(X))


def test_whole_numbers_become_float64_and_numbers_may_be_predicted():
    X, _ = data()
    whole = np.rint(10 * X).astype(int)
    fitted = NetworkRegressor(layers=(3,), epochs=2).fit(da.from_array(whole, chunks=50), X[:, :2])
    assert fitted.theta_.dtype == np.float64
    assert fitted.predict(da.from_array(whole, chunks=(30, 5))).shape == (M, 2)


def test_partial_fit_is_an_epoch_more():
    X, y = data()
    blocks = da.from_array(X, chunks=(50, 5))
    twice = LogisticRegression().partial_fit(blocks, y, classes=["no", "yes"]).partial_fit(blocks, y)
    np.testing.assert_array_equal(twice.theta_, LogisticRegression(epochs=2).fit(blocks, y).theta_)


@pytest.mark.parametrize(
    ("estimator", "X", "y", "error", "words"),
    [
        (LogisticRegression(), lambda X: X, lambda y: y[:5], ShapeError, r"X is \(200, 5\) and y \(5,\)"),
        (LogisticRegression(), lambda X: X[:, 0], lambda y: y, ShapeError, r"expected \(m, n_x\)"),
        (LogisticRegression(), lambda X: X.astype(str), lambda y: y, DTypeError, "expected numbers"),
        (LogisticRegression(), lambda X: X[X[:, 0] > 0], lambda y: y, ShapeError, "compute_chunk_sizes"),
        (LogisticRegression(patience=3), lambda X: X, lambda y: y, OptionError, "patience"),
        (NetworkClassifier(batch_norm=True), lambda X: X, lambda y: y, OptionError, "mean and variance"),
        (LogisticRegression(class_weight="balanced"), lambda X: X, lambda y: y, OptionError, "weights"),
        (
            LogisticRegression(),
            lambda X: da.where(X > 2.5, np.nan, X),
            lambda y: y,
            ValueError,
            "block 1 of 4: example",
        ),
    ],
)
def test_what_blocks_cannot_be_or_do_is_one_line(estimator, X, y, error, words):
    rows, labels = data()
    with pytest.raises(error, match=words) as refused:
        estimator.fit(X(da.from_array(rows, chunks=(50, 5))), y(labels))
    assert "\n" not in str(refused.value)


def test_another_width_is_refused_before_predicting():
    X, y = data()
    fitted = LogisticRegression(epochs=2).fit(da.from_array(X, chunks=50), y)
    with pytest.raises(ValueError, match="4 features"):
        fitted.predict(da.from_array(X[:, :4], chunks=50))
