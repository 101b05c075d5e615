"""Drawn data: its sizes, its seed, and what it is drawn for."""

import numpy as np
import pytest

from loopwise import datasets


def test_synthetic_has_any_size():
    data = datasets.load("synthetic", examples=37, features=5, classes=4, seed=2)
    assert (data.X.shape, data.Y.shape) == ((5, 37), (4, 37))
    assert (data.Y.sum(axis=0) == 1).all()
    again = datasets.load("synthetic", examples=37, features=5, classes=4, seed=2)
    assert np.array_equal(data.X, again.X)
    assert datasets.load("synthetic", examples=1, features=1).Y.shape == (1, 1)


@pytest.mark.parametrize("name", ["synthetic", "flower", "cats"])
def test_what_is_drawn_depends_on_the_seed(name):
    one, same, other = (datasets.load(name, examples=6, seed=seed).X for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_no_line_separates_the_flower():
    from sklearn.linear_model import LogisticRegression

    data = datasets.load("flower", seed=0)
    line = LogisticRegression(C=np.inf).fit(data.X.T, data.Y[0])
    assert line.score(data.X.T, data.Y[0]) < 0.65


def test_xor_and_parity():
    xor, two = datasets.load("xor"), datasets.load("parity", features=2)
    assert xor.X.tolist() == [[0, 0, 1, 1], [0, 1, 0, 1]]
    assert xor.Y.tolist() == [[0, 1, 1, 0]]
    assert np.array_equal(two.X, 2 * xor.X - 1)
    assert np.array_equal(two.Y, xor.Y)
    data = datasets.load("parity", features=5)
    assert len({tuple(x) for x in data.X.T}) == 2**5
    assert np.array_equal(data.X.prod(axis=0), -((-1.0) ** data.Y[0]))  # −1 once for every bit that is not one
