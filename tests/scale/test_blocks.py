"""Examples in blocks: of arrays, maps of files and Dask arrays, and cut anew."""

import numpy as np
import pytest
from helpers.blocks import N_X, M, examples, mapped

from loopwise.errors import DTypeError, OptionError, ShapeError
from loopwise.scale import blocks_of
from loopwise.scale.block import hold

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
