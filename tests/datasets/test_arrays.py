"""Arrays of your own: NumPy's files, and the course's pictures."""

import h5py
import numpy as np
import pytest

from loopwise import datasets
from loopwise.errors import DataFileError, OptionError

rng = np.random.default_rng(0)
X, Y = rng.standard_normal((3, 8)), np.array([0, 1, 0, 1, 1, 0, 1, 0])


@pytest.fixture
def save(tmp_path):
    """A file with some arrays."""

    def save(**arrays):
        path = tmp_path / "own.npz"
        np.savez(path, **arrays)
        return path

    return save


@pytest.mark.parametrize(
    "arrays",
    [
        {"X": X, "Y": Y[None]},
        {"X": X.T, "y": Y},
        {"x": X, "y": Y[:, None]},
        {"data": X.T, "target": Y.astype(float)},
        {"X": X, "Y": np.eye(2)[:, Y]},
        {"X": X.T, "Y": np.eye(2)[Y]},
    ],
)
def test_examples_and_labels_in_either_orientation(save, arrays):
    data = datasets.read(save(**arrays))
    assert (data.X.shape, data.Y.tolist()) == ((3, 8), [Y.tolist()])
    mean, deviation = (part[:, None] for part in data.scaling)
    np.testing.assert_allclose(data.X * deviation + mean, X, rtol=1e-13, atol=1e-15)


def test_classes_are_named_by_their_numbers_and_quantities_have_none(save):
    assert datasets.read(save(X=X, Y=np.array([5, 7, 5, 7, 9, 9, 5, 7]))).classes == ("5", "7", "9")
    data = datasets.read(save(X=X, Y=X[0] * 2))
    assert data.classes == ()
    mean, deviation = data.target_scaling
    np.testing.assert_allclose(data.Y * deviation + mean, X[:1] * 2, rtol=0, atol=2**-50)  # of at most 4


def test_pictures_of_the_course_are_unrolled_and_divided(tmp_path):
    pictures = rng.integers(0, 256, (5, 2, 2, 3), dtype=np.uint8)
    with h5py.File(tmp_path / "cats.h5", "w") as file:
        file["train_set_x"], file["train_set_y"] = pictures, np.array([0, 1, 1, 0, 1])
        file["list_classes"] = np.array([b"non-cat", b"cat"])
    data = datasets.read(tmp_path / "cats.h5")
    assert np.array_equal(data.X, datasets.unroll(pictures))
    assert data.X[:, 0].tolist() == (pictures[0].transpose(2, 0, 1).reshape(-1) / 255).tolist()
    assert (data.classes, data.Y.tolist(), data.scaling) == (("non-cat", "cat"), [[0, 1, 1, 0, 1]], None)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"X": X}, "has no array Y or y or target"),
        ({"Y": Y}, "has no array X or x or data"),
        ({"X": X, "Y": Y[:5]}, r"has examples float64 \(3, 8\), and labels of 5"),
        ({"X": X, "Y": np.ones((2, 8))}, r"has labels float64 \(2, 8\)"),
        ({"X": np.where(X == X[1, 2], np.nan, X), "Y": Y}, "example 3, feature 2 is nan"),
        ({"X": X, "Y": np.zeros(8)}, "are all 0; expected two or more classes"),
    ],
)
def test_what_cannot_be_learned_from_is_named(save, arrays, message):
    with pytest.raises(DataFileError, match=message):
        datasets.read(save(**arrays))


def test_python_objects_are_not_made_and_other_files_are_named(save, tmp_path):
    with pytest.raises(DataFileError, match="cannot be read: Object arrays"):
        datasets.read(save(X=np.array([print], dtype=object), Y=Y))
    for name in ("a.npz", "a.h5"):
        (tmp_path / name).write_text("text")
        with pytest.raises(DataFileError, match="cannot be read"):
            datasets.read(tmp_path / name)


def test_targets_are_of_tables(save):
    for given in ({"target": "Y"}, {"one_hot": True}):
        with pytest.raises(OptionError, match=r"holds its labels itself|columns are of tables"):
            datasets.read(save(X=X, Y=Y), **given)
