"""Data by its name: shapes, standardization without leaks, splits; what is refused."""

import numpy as np
import pytest
from helpers.cli import in_process

from loopwise import datasets, errors

pytestmark = pytest.mark.filterwarnings("ignore:.* passed over: ")  # of what the fixture puts beside its pictures


@pytest.mark.parametrize(
    ("name", "shape", "rows", "classes"),
    [
        ("breast_cancer", (30, 569), 1, 2),
        ("digits", (64, 1797), 10, 10),
        ("flower", (2, 400), 1, 2),
        ("cats", (12288, 259), 1, 2),
        ("xor", (2, 4), 1, 2),
        ("parity", (6, 64), 1, 2),
    ],
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


def test_houses_are_the_lectures():
    data = datasets.load("houses")
    rows = np.array([[10, 14, 50, 100], [1, 1, 2, 3]])
    mean, deviation = rows.mean(axis=1, keepdims=True), rows.std(axis=1, keepdims=True)
    np.testing.assert_allclose(data.X * deviation + mean, rows, rtol=1e-14)
    assert data.Y.tolist() == [[3, 3.5, 7, 12]]
    assert data.classes == ()


def test_houses_are_split_without_classes():
    seen = set()
    for seed in range(8):
        data = datasets.load("houses", 0.5, seed)
        assert data.X.shape == data.X_test.shape == (2, 2)
        assert sorted([*data.Y[0], *data.Y_test[0]]) == [3, 3.5, 7, 12]
        seen.add(tuple(data.Y_test[0]))
    assert len(seen) > 1
    with pytest.raises(errors.OptionError, match=r"houses cannot be split with test_fraction 0\.9"):
        datasets.load("houses", 0.9)


# === Refused ==========================================================================================================


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
        ({"name": "xor", "test_fraction": 0.25}, "xor cannot be split"),
        ({"name": "houses", "examples": 3}, "houses comes with its own examples"),
        ({"name": "cats", "examples": 0}, "examples is 0"),
        ({"name": "cats", "features": 3}, "cats comes with its own features"),
        ({"name": "parity", "features": 17}, "features is 17; expected a whole number, at least 1, at most 16"),
        ({"name": "parity", "features": 0}, "features is 0"),
        ({"name": "parity", "examples": 8}, "parity comes with its own examples"),
    ],
)
def test_bad_requests_are_refused(arguments, message):
    with pytest.raises(errors.LoopwiseError, match=message):
        datasets.load(**arguments)


@pytest.mark.parametrize("command", ["train", "compare", "race"])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("x.csv", "data is x.csv, which is not there"),
        ("there.png", "data is there.png, a file"),
        ("./photos", "data is ./photos, which is not there"),
        ("photos", "unknown data set 'photos'"),
        ("", "unknown data set ''"),
        (b"\xff.npz".decode(errors="replace"), "which is not there"),
    ],
)
def test_what_is_no_data_set_is_told_what_is_taken(tmp_path, monkeypatch, capsys, command, data, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.png").write_text("")
    assert in_process(monkeypatch, command, "--data", data) == 2
    shown = capsys.readouterr().err
    assert message in shown
    assert "breast_cancer, digits" in shown
    assert "or a file of your own, with --data or `datasets.read`: a table (.csv, .tsv, .parquet)" in shown
    assert shown.count("\n") == 1


@pytest.mark.parametrize("command", ["train", "compare", "race", "gradcheck"])
def test_a_table_is_read_by_each_command_that_takes_data(tmp_path, monkeypatch, capsys, command):
    (tmp_path / "there.csv").write_text("")
    assert in_process(monkeypatch, command, "--data", str(tmp_path / "there.csv")) == 2
    assert "there.csv cannot be read" in capsys.readouterr().err


def test_a_folder_where_only_names_are_taken_is_told(tmp_path):
    with pytest.raises(errors.DataFileError, match=r"a folder; expected one of breast_cancer.*`datasets.read`"):
        datasets.load(tmp_path)
