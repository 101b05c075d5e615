"""A block where it is computed: looked at once, and asked for parts of sums."""

import dask.array as da
import numpy as np
import pytest
from helpers.blocks import M, examples

from loopwise import get_implementation
from loopwise.errors import DataFileError, ShapeError
from loopwise.scale import blocks_of
from loopwise.scale.block import Request, chosen, hold, spans
from loopwise.scale.sent_code import Sent
from loopwise.scale.sources import InMemory, Mapped, Source


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


def test_a_file_that_has_gone_is_named(tmp_path):
    X, Y = examples()
    piece = blocks_of(X, Y).pieces[0]
    gone = Mapped(str(tmp_path / "gone.bin"), X.dtype, 0, X.shape, "F", 0, M)
    with pytest.raises(DataFileError, match="block 1 of 1 cannot be read: No such file"):
        hold(piece._replace(source=Source(gone, piece.source.Y)))


def test_what_stays_on_the_disk_is_read_each_time():
    X, Y = examples()
    block = hold(blocks_of(X, Y, 50).pieces[1], on_disk=True)
    assert block.X is None
    for _ in range(2):
        np.testing.assert_array_equal(block.native(get_implementation("numba_loops"))[0], X[:, 50:100])


def test_lists_are_made_once():
    X, Y = examples()
    block = hold(blocks_of(X, Y, 50).pieces[1])
    impl = get_implementation("python_loops")
    first = block.native(impl)
    assert first[0] == X[:, 50:100].tolist()
    assert block.native(impl)[0] is first[0]


@pytest.mark.parametrize(("m", "group", "ends"), [(10, None, [10]), (10, 4, [4, 8, 10]), (8, 4, [4, 8]), (3, 5, [3])])
def test_groups_of_a_block(m, group, ends):
    assert [part.stop for part in spans(m, group)] == ends
    assert [part.start for part in spans(m, group)] == [0, *ends[:-1]]


def test_a_group_takes_its_own_in_their_order():
    found = chosen(np.array([9, 1, 4, 0, 8, 5]), 4)
    assert [part.tolist() for part in found] == [[1, 0], [4, 5], [9, 8]]
    assert chosen(np.array([], int), 4) == []
    assert [part.tolist() for part in chosen(np.array([3, 1]), None)] == [[3, 1]]


@pytest.mark.parametrize("examples_asked", [None, np.array([120, 51, 99, 3])])
def test_vectors_are_of_groups_whose_examples_lie_in_one_piece(examples_asked):
    X, Y = examples()
    block, seen = hold(blocks_of(X, Y, 50).pieces[1]), []

    def compute(impl, X, Y):
        seen.append((X.flags.f_contiguous, Y.flags.f_contiguous))
        return X[0, :1]

    request = Request(compute, (), Sent("numba_loops"), False, M, 8, 5)
    vectors = list(block.vectors(request, examples_asked))
    wanted = range(50, 100, 8) if examples_asked is None else (51, 99)
    assert [float(vector[0]) for vector, _ in vectors] == [X[0, i] for i in wanted]
    assert all(map(all, seen))


@pytest.mark.parametrize("on_disk", [False, True])
def test_numbers_between_two_places_are_put_in_theirs(on_disk):
    X, Y = examples()
    raw = np.frombuffer(b"123" + X.tobytes(order="F"), np.uint8)[3:].view(np.float64).reshape(X.shape, order="F")
    assert not raw.flags.aligned
    piece = blocks_of(X, Y).pieces[0]
    block = hold(piece._replace(source=Source(InMemory(raw), piece.source.Y)), on_disk=on_disk)
    native, _ = block.native(get_implementation("numba_loops"))
    assert native.flags.aligned
    np.testing.assert_array_equal(native, X)
