"""What each kind of file says of itself, and which of its rows are read."""

import numpy as np
import pytest
from helpers.block_files import WRITE, written

from loopwise.errors import DataFileError, LoopwiseError
from loopwise.scale.file_kinds import DESCRIBED, READERS
from loopwise.scale.files import in_files


@pytest.mark.parametrize("rows", [slice(0, 40), slice(11, 30), np.array([0, 8, 9, 39]), np.array([17])])
@pytest.mark.parametrize("kind", WRITE)
def test_some_rows_of_a_file(kind, rows, tmp_path):
    _, target, X, _ = written(tmp_path, kind)
    path = sorted(tmp_path.glob(f"[x0]*.{kind}"))[0]
    (m, n_x), _, columns, _ = DESCRIBED[f".{kind}"](path, target, ())
    assert (m, n_x) == X[0].shape
    np.testing.assert_array_equal(READERS[f".{kind}"](path, rows, columns), X[0][rows])


def test_a_missing_target_is_said_with_how_many(tmp_path):
    pandas = pytest.importorskip("pandas")
    pandas.DataFrame({"a": [1.0, 2, 3], "y": [0, None, None]}).to_parquet(tmp_path / "0.parquet")
    with pytest.raises(DataFileError, match=r"0\.parquet: 2 rows have no y"):
        in_files(f"{tmp_path}/*.parquet", "y")


def test_a_missing_number_is_one_that_is_not_finite(tmp_path):
    pandas = pytest.importorskip("pandas")
    from loopwise.scale.block import hold

    pandas.DataFrame({"a": [1.0, None, 3, 4], "y": [0, 1, 0, 1]}).to_parquet(tmp_path / "0.parquet")
    with pytest.raises(LoopwiseError, match=r"0\.parquet: example 2, feature 1 is nan"):
        hold(in_files(f"{tmp_path}/*.parquet", "y").learn.pieces[0])


@pytest.mark.parametrize(
    ("target", "without", "words"),
    [
        (None, (), "say which is to be predicted"),
        ("nothing", (), "no column 'nothing'"),
        ("kind", ("nothing",), "no column 'nothing' to leave out"),
        ("kind", ("a",), None),
        ("name", (), "column 'kind' is .*string, no number"),
    ],
)
def test_columns_of_parquet(target, without, words, tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2], "b": [3, 4], "kind": ["x", "y"], "name": [0, 1]})
    frame.drop(columns=["name"] if target == "kind" else []).to_parquet(tmp_path / "0.parquet")
    if words is None:
        assert in_files(f"{tmp_path}/*.parquet", target, without=without).columns == ("b",)
        return
    with pytest.raises(LoopwiseError, match=words):
        in_files(f"{tmp_path}/*.parquet", target, without=without)
