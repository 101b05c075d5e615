"""Data: shapes, standardization without leaks, seeds, sizes."""

import numpy as np
import pytest

from loopwise import datasets, errors


@pytest.mark.parametrize(
    ("name", "shape", "rows", "classes"),
    [("breast_cancer", (30, 569), 1, 2), ("digits", (64, 1797), 10, 10), ("flower", (2, 400), 1, 2)],
)
def test_lecture_orientation(name, shape, rows, classes):
    data = datasets.load(name)
    assert (data.X.shape, data.Y.shape, len(data.classes)) == (shape, (rows, shape[1]), classes)
    assert data.X.flags.c_contiguous
    assert data.X_test.shape == (shape[0], 0)
    assert set(np.unique(data.Y)) == {0.0, 1.0}


@pytest.mark.parametrize("name", ["breast_cancer", "digits"])
def test_standardized_on_what_is_learned_from(name):
    data = datasets.load(name, test_fraction=0.2, seed=1)
    deviation = data.X.std(axis=1)
    # m numbers with rounding of 2⁻⁵³ each; a constant pixel stays 0.
    assert np.abs(data.X.mean(axis=1)).max() < data.X.shape[1] * 2.0**-50
    assert np.all((np.abs(deviation - 1) < 1e-12) | (deviation == 0))
    assert np.abs(data.X_test.mean(axis=1)).max() > 0.01  # the held-out examples had no say


def test_split_is_seeded_stratified_and_complete():
    one, same, other = (datasets.load("breast_cancer", 0.25, seed) for seed in (3, 3, 4))
    assert np.array_equal(one.X, same.X)
    assert not np.array_equal(one.X, other.X)
    assert one.X.shape[1] + one.X_test.shape[1] == 569
    for seed in range(10):  # chance alone would hit the share of each class to within one example now and then
        split = datasets.load("breast_cancer", 0.25, seed)
        assert abs(split.Y.mean() - split.Y_test.mean()) < 1 / split.Y_test.shape[1]


def test_synthetic_has_any_size():
    data = datasets.load("synthetic", examples=37, features=5, classes=4, seed=2)
    assert (data.X.shape, data.Y.shape) == ((5, 37), (4, 37))
    assert (data.Y.sum(axis=0) == 1).all()
    again = datasets.load("synthetic", examples=37, features=5, classes=4, seed=2)
    assert np.array_equal(data.X, again.X)
    assert datasets.load("synthetic", examples=1, features=1).Y.shape == (1, 1)


def test_no_line_separates_the_flower():
    from sklearn.linear_model import LogisticRegression

    data = datasets.load("flower", seed=0)
    line = LogisticRegression(C=np.inf).fit(data.X.T, data.Y[0])
    assert line.score(data.X.T, data.Y[0]) < 0.65


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "digit"}, "unknown data set 'digit'; did you mean 'digits'"),
        ({"name": "digits", "examples": 5}, "digits comes with its own examples"),
        ({"name": "flower", "examples": 0}, "examples is 0"),
        ({"name": "flower", "features": 3}, "flower comes with its own features"),
        ({"name": "flower", "test_fraction": "a"}, "test_fraction is 'a'"),
        ({"name": "synthetic", "features": -1}, "features is -1"),
        ({"name": "synthetic", "classes": 1}, "classes is 1; expected a whole number, at least 2"),
        ({"name": "digits", "test_fraction": 1.0}, "test_fraction is 1.0"),
        ({"name": "digits", "seed": -1}, "seed is -1"),
        ({"name": "flower", "examples": 2, "test_fraction": 0.5}, "cannot be split"),
    ],
)
def test_bad_requests_are_refused(arguments, message):
    with pytest.raises(errors.LoopwiseError, match=message):
        datasets.load(**arguments)
