"""Where a block's examples come from, and what of it travels."""

import pickle

import numpy as np
import pytest
from helpers.blocks import M, examples, mapped

from loopwise.scale import blocks_of
from loopwise.scale.sources import InMemory, Joined, Mapped, part_of


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


def test_where_a_file_goes_on_a_part_of_it_is_one(tmp_path):
    X, Y = examples(m=1000)
    rows = mapped(tmp_path, np.ascontiguousarray(X.T))
    again = blocks_of(rows.T, Y, 130).cut([200, 777, 1000])
    assert all(isinstance(piece.source.X, Mapped) for piece in again.pieces)
    np.testing.assert_array_equal(np.concatenate([piece.source.X.read() for piece in again.pieces], axis=1), X)


def test_a_number_is_found_again_in_the_file_it_is_in(tmp_path):
    from loopwise.errors import NotFiniteError
    from loopwise.scale.block import hold
    from loopwise.scale.files import in_files

    for k in range(3):
        X = np.ones((10, 2))
        if k == 1:
            X[4, 1] = np.inf
        np.savez(tmp_path / f"{k}.npz", X=X, Y=np.arange(10) % 2)
    (piece,) = in_files(f"{tmp_path}/*.npz").learn.cut([30]).pieces
    with pytest.raises(NotFiniteError, match=r"0\.npz, .*1\.npz and 1 more: example 5 of 1\.npz, feature 2 is inf"):
        hold(piece)
