"""Drawn cats: seeded, split as in the course, and neither too easy nor too hard."""

import warnings

import numpy as np
import pytest

from loopwise import datasets
from loopwise.datasets import drawn_cats as cats


@pytest.fixture(scope="module")
def many_cats():
    """As many to learn from as in the course, and 500 held out, so that chance has little say."""
    return datasets.load("cats", examples=709, test_fraction=500 / 709, seed=5)


def test_cats_are_split_as_in_the_course():
    data = datasets.load("cats", test_fraction=50 / 259, seed=3)
    assert (data.X.shape, data.X_test.shape) == ((12288, 209), (12288, 50))
    assert data.Y_test.sum() == 25
    assert data.classes[1] == "cat"
    assert data.X.min() >= 0
    assert 0.9 < data.X.max() <= 1


def test_cats_are_seeded():
    pictures, labels = cats.draw(12, seed=7)
    assert (pictures.dtype, pictures.shape) == (np.uint8, (12, 64, 64, 3))
    assert labels.tolist() == [0, 1] * 6
    np.random.seed(0)  # noqa: NPY002 - nothing may draw from the global generator
    state = np.random.get_state()[1].tolist()  # noqa: NPY002
    assert np.array_equal(cats.draw(20, seed=7)[0][:12], pictures)  # more begin with the same
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002
    assert not np.array_equal(cats.draw(12, seed=8)[0], pictures)
    assert len({drawn.tobytes() for drawn in pictures}) == 12


def test_a_line_tells_some_cats_and_a_hidden_layer_more(many_cats):
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier

    mean = many_cats.X.mean(axis=1, keepdims=True)
    X, X_test, y, y_test = (many_cats.X - mean).T, (many_cats.X_test - mean).T, many_cats.Y[0], many_cats.Y_test[0]
    network = MLPClassifier((16,), learning_rate_init=3e-4, batch_size=32, max_iter=40, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 40 epochs are not convergence
        hidden = network.fit(X, y).score(X_test, y_test)
    line = LogisticRegression(C=1e-3, max_iter=500).fit(X, y).score(X_test, y_test)
    # One standard deviation of a share of 500 is at most √(¼ / 500); of the difference of two, √2 times that.
    sigma = np.sqrt(0.25 / 500)
    assert 0.5 + 4 * sigma < line < 0.85
    assert line + 3 * np.sqrt(2) * sigma < hidden < 0.97
