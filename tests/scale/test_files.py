"""Blocks in files: which are named, what is known before they are read, what of them is held out."""

import numpy as np
import pytest
from helpers.block_files import SIZES, WRITE, parts, read, written

from loopwise.errors import DataFileError, LoopwiseError, OptionError
from loopwise.scale.block import hold
from loopwise.scale.files import files_of, in_files


@pytest.mark.parametrize("kind", WRITE)
@pytest.mark.parametrize("examples", [None, 10, 1])
def test_files_are_their_examples(kind, examples, tmp_path):
    data, target, X, y = written(tmp_path, kind)
    found = in_files(data, target, examples=examples)
    rows, Y = read(found.learn)
    np.testing.assert_array_equal(rows, np.concatenate(X).T)
    np.testing.assert_array_equal(Y.argmax(axis=0), np.concatenate(y))
    assert found.classes == ("0", "1", "2")
    assert found.test is None
    if examples is None:
        assert [piece.m for piece in found.learn.pieces] == list(SIZES)


@pytest.mark.parametrize("kind", WRITE)
def test_what_is_held_out_is_what_is_held_out_on_one_machine(kind, tmp_path):
    from sklearn.model_selection import train_test_split

    data, target, X, y = written(tmp_path, kind)
    found = in_files(data, target, test_fraction=0.2, seed=3)
    learn, test = train_test_split(np.arange(100), test_size=20, random_state=3, stratify=np.concatenate(y))
    for blocks, rows in ((found.learn, np.sort(learn)), (found.test, np.sort(test))):
        np.testing.assert_array_equal(read(blocks)[0], np.concatenate(X)[rows].T)


def test_names_are_a_pattern_a_list_or_a_folder(tmp_path):
    written(tmp_path, "npz")
    wanted = [tmp_path / f"{k}.npz" for k in range(3)]
    assert files_of(f"{tmp_path}/*.npz") == files_of(str(tmp_path)) == files_of(",".join(map(str, wanted))) == wanted


def spoil(kind, tmp_path):
    """One of three files is wrong; what says so."""
    X, y = parts()
    y = [labels.copy() for labels in y]
    write = {
        "width": lambda: np.savez(tmp_path / "1.npz", X=X[1][:, :3], Y=y[1]),
        "type": lambda: np.savez(tmp_path / "1.npz", X=X[1].astype(np.float32), Y=y[1]),
        "text": lambda: np.savez(tmp_path / "1.npz", X=X[1].astype(str), Y=y[1]),
        "empty": lambda: np.savez(tmp_path / "1.npz", X=X[1][:0], Y=y[1][:0]),
        "labels": lambda: np.savez(tmp_path / "1.npz", X=X[1], Y=y[1][:3]),
        "none": lambda: np.savez(tmp_path / "1.npz", X=X[1]),
        "broken": lambda: (tmp_path / "1.npz").write_bytes(b"no zip"),
        "one": lambda: np.savez(tmp_path / "1.npz", Y=y[1]),
        "flat": lambda: np.savez(tmp_path / "1.npz", X=X[1].ravel(), Y=y[1]),
    }
    write[kind]()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("width", "has 3 features; .*0.npz has 4"),
        ("type", "is float32; .*0.npz is float64"),
        ("text", "has examples <U.*; expected numbers"),
        ("empty", "is empty: every block needs an example"),
        ("labels", "and 3 labels"),
        ("none", "has no array Y"),
        ("broken", "cannot be read"),
        ("one", "has no array X"),
        ("flat", "expected (m, n_x)"),
    ],
)
def test_the_file_that_is_wrong_is_named_before_anything_is_computed(kind, words, tmp_path):
    data, _, _, _ = written(tmp_path, "npz")
    spoil(kind, tmp_path)
    with pytest.raises(DataFileError, match=words.replace("(", r"\(").replace(")", r"\)")) as refused:
        in_files(data)
    assert "1.npz" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_number_that_is_not_finite_is_named_with_its_file_and_row(tmp_path):
    data, _, X, y = written(tmp_path, "npz")
    X[2][30, 1] = np.nan
    np.savez(tmp_path / "2.npz", X=X[2], Y=y[2])
    with pytest.raises(LoopwiseError, match=r"2\.npz: example 31, feature 2 is nan"):
        read(in_files(data, test_fraction=0.0).learn)
    found = in_files(data, test_fraction=0.3, examples=5)
    pieces = (*found.learn.pieces, *found.test.pieces)
    with pytest.raises(LoopwiseError, match=r"2\.npz: example 31, feature 2 is nan"):
        list(map(hold, pieces))


def test_a_class_that_is_missing_from_a_block_is_no_fault(tmp_path):
    for k, labels in enumerate(([0, 1, 0, 1], [1, 1, 1], [2, 2, 0, 1])):
        np.savez(tmp_path / f"{k}.npz", X=np.ones((len(labels), 2)), Y=labels)
    _, Y = read(in_files(f"{tmp_path}/*.npz", task="classification").learn)
    assert Y.shape == (3, 11)


@pytest.mark.parametrize(
    ("data", "asked", "words"),
    [
        ("{}/nothing*.npy", {}, "names no files of blocks"),
        ("{}/x*.npy", {}, "say where they are, as --target"),
        ("{}/x*.npy", {"target": "{}/y0.npy"}, "has 40 labels, and there are 100 examples"),
        ("{}/x*.npy,{}/mixed.npz", {}, "files of different kinds: .npy, .npz"),
    ],
)
def test_names_that_make_no_sense_are_one_line(data, asked, words, tmp_path):
    written(tmp_path, "npy")
    np.savez(tmp_path / "mixed.npz", X=np.ones((2, 4)), Y=[0, 1])
    asked = {name: value.format(tmp_path) for name, value in asked.items()}
    with pytest.raises((DataFileError, OptionError), match=words):
        in_files(data.replace("{}", str(tmp_path)), **asked)
