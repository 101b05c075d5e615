"""Examples in blocks: of arrays, maps of files and Dask arrays, and cut anew."""

import pickle

import numpy as np
import pytest
from helpers.blocks import N_X, M, examples

from loopwise.errors import DTypeError, OptionError, ShapeError
from loopwise.scale import blocks_of
from loopwise.scale.block import hold
from loopwise.scale.sources import InMemory, Joined, Mapped, part_of

da = pytest.importorskip("dask.array")


def joined(blocks):
    """All examples again, as the blocks hold them."""
    given = [()] * len(blocks.pieces)
    if blocks.X is not None:
        given = [
            (X.compute(), Y.compute()) for X, Y in zip(blocks.X.to_delayed().ravel(), blocks.Y.to_delayed().ravel())
        ]
    held = [hold(piece, *arrays) for piece, arrays in zip(blocks.pieces, given)]
    return tuple(np.concatenate([getattr(block, name) for block in held], axis=1) for name in "XY")


def ends(blocks):
    return [piece.first + piece.m for piece in blocks.pieces]


@pytest.mark.parametrize("size", [1, 7, 100, M, M + 5])
@pytest.mark.parametrize("kind", ["array", "map", "map of columns", "Dask"])
def test_blocks_are_the_examples_in_their_order(kind, size, tmp_path):
    X, Y = examples()
    given = {"array": lambda: X, "map": lambda: mapped(tmp_path, X.T).T, "map of columns": lambda: mapped(tmp_path, X)}
    given["Dask"] = lambda: da.from_array(X, chunks=(2, 50))
    blocks = blocks_of(given[kind](), Y, size)
    assert ends(blocks) == [*range(size, M, size), M]
    for found, wanted in zip(joined(blocks), (X, Y)):
        np.testing.assert_array_equal(found, wanted)
    assert (blocks.n_x, blocks.n_y, blocks.m) == (N_X, 1, M)


def mapped(folder, array):
    np.save(folder / "X.npy", array)
    return np.load(folder / "X.npy", mmap_mode="r")


@pytest.mark.parametrize("group", [1, 8, 50, M, 2 * M])
@pytest.mark.parametrize("kind", ["array", "Dask"])
def test_aligned_blocks_begin_with_a_group(kind, group):
    X, Y = examples()
    X_given = X if kind == "array" else da.from_array(X, chunks=(N_X, (3, 100, 30, 70)))
    blocks = (blocks_of(X_given, Y) if kind == "Dask" else blocks_of(X, Y, 30)).aligned(group)
    assert all(piece.first % group == 0 for piece in blocks.pieces)
    np.testing.assert_array_equal(joined(blocks)[0], X)


def test_dasks_own_blocks_are_taken_and_y_follows():
    X, Y = examples()
    blocks = blocks_of(da.from_array(X, chunks=(2, (3, 100, 100))), da.from_array(Y, chunks=(1, 11)))
    assert ends(blocks) == [3, 103, 203]
    np.testing.assert_array_equal(joined(blocks)[1], Y)


def test_each_block_has_its_examples_in_one_piece_and_no_more_memory_than_needed():
    X, Y = examples()
    rows = np.ascontiguousarray(X.T)
    block = hold(blocks_of(rows.T, Y, 50).pieces[1])
    assert block.X.flags.f_contiguous
    assert np.shares_memory(block.X, rows)


def test_of_a_map_its_name_travels_and_not_its_numbers(tmp_path):
    X, Y = examples(m=10_000)
    rows = mapped(tmp_path, np.ascontiguousarray(X.T))
    blocks = blocks_of(rows[100:].T, Y[:, 100:], 2000)
    source = blocks.pieces[1].source
    assert isinstance(source.X, Mapped)
    assert len(pickle.dumps(source.X)) < 1000
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(source)).X.read(), X[:, 2100:4100])


def test_a_map_that_does_not_lie_in_one_piece_is_taken_as_an_array(tmp_path):
    X, _ = examples()
    assert isinstance(part_of(mapped(tmp_path, X)[:, ::2]), InMemory)


def test_columns_of_several_are_cut_as_those_of_one():
    X, _ = examples()
    parts = Joined(tuple(InMemory(X[:, a:b]) for a, b in ((0, 3), (3, 50), (50, M))))
    for start, stop in ((0, M), (2, 4), (3, 50), (10, 20), (49, M)):
        np.testing.assert_array_equal(parts.cut(start, stop).read(), X[:, start:stop])


@pytest.mark.parametrize(
    ("X", "Y", "error", "words"),
    [
        (np.zeros((3, 4)), np.zeros((1, 5)), ShapeError, r"X is \(3, 4\) and Y \(1, 5\)"),
        (np.zeros(4), np.zeros((1, 4)), ShapeError, r"X is \(4,\)"),
        (np.zeros((3, 0)), np.zeros((1, 0)), ShapeError, r"X is \(3, 0\)"),
        (np.zeros((3, 4)), np.zeros((1, 4), np.float32), DTypeError, "X is float64 and Y float32"),
        (np.array([["a"]]), np.zeros((1, 1)), DTypeError, "X is str32; expected float64"),
        (da.zeros((3, 4), chunks=(3, (2, 0, 2))), da.zeros((1, 4)), ShapeError, "block 2 of 3 is empty"),
        (da.zeros((3, 4))[:, da.ones(4) > 0], da.zeros((1, 4)), ShapeError, r"compute_chunk_sizes\(\)"),
    ],
)
def test_what_cannot_be_blocks_is_refused_in_a_line(X, Y, error, words):
    with pytest.raises(error, match=words) as refused:
        blocks_of(X, Y)
    assert "\n" not in str(refused.value)


def test_no_block_is_empty():
    with pytest.raises(OptionError, match="examples is 0"):
        blocks_of(*examples(), 0)


def test_a_block_says_which_number_is_wrong_and_whose_it_is():
    X, Y = examples()
    X[3, 170] = np.nan
    pieces = blocks_of(X, Y, 25).pieces
    with pytest.raises(ValueError, match=r"^block 7 of 9: example 171, feature 4 is nan"):
        hold(pieces[6])
    Y[0, 3] = np.inf
    with pytest.raises(ValueError, match=r"^block 1 of 9: example 4, Y\[0\] is inf"):
        hold(pieces[0])


def test_a_block_that_is_not_what_was_announced_is_named():
    blocks = blocks_of(da.zeros((3, 4), chunks=(3, 2)), np.zeros((1, 4)))
    with pytest.raises(ShapeError, match=r"block 2 of 2: X is \(3, 1\); expected \(3, 2\)"):
        hold(blocks.pieces[1], np.zeros((3, 1)), np.zeros((1, 2)))
