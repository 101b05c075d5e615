"""Copies that lie elsewhere: the same numbers, the same strides."""

import numpy as np
import pytest

from loopwise.measure.placement import blocks_in_the_way, placed
from loopwise.workloads import LAYOUTS, arrange

NUMBERS = np.random.default_rng(0).standard_normal((7, 5))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(7, 5), (1, 5), (7, 1), (0, 5)])
def test_a_copy_has_the_same_numbers_and_strides(layout, dtype, shape):
    array = arrange(NUMBERS[: shape[0], : shape[1]], dtype, layout)
    copy = placed({"X": array}, np.random.default_rng(1))["X"]
    assert (copy.dtype, copy.strides, copy.flags.aligned) == (array.dtype, array.strides, True)
    np.testing.assert_array_equal(copy, array)
    assert not np.shares_memory(copy, array)


@pytest.mark.parametrize("backwards", [np.s_[:, ::-1], np.s_[::-1], np.s_[::-2, ::-1], np.s_[::-1, :0]])
def test_a_view_that_runs_backwards_is_copied(backwards):
    large = np.random.default_rng(0).standard_normal((70, 90)).astype(">f8")
    array = large[backwards]
    copy = placed({"X": array}, np.random.default_rng(1))["X"]
    assert (copy.dtype, copy.strides) == (array.dtype, array.strides)
    np.testing.assert_array_equal(copy, array)


def test_places_are_drawn():
    rng = np.random.default_rng(0)
    begins = [placed({"X": NUMBERS}, rng)["X"].ctypes.data for _ in range(200)]
    assert {begin % 16 for begin in begins} == {0}
    assert {begin % 64 for begin in begins} == {0, 16, 32, 48}
    assert len({begin % 4096 for begin in begins}) > 100


def test_what_cannot_be_written_to_stays_so_and_what_is_no_array_stays_as_it_is():
    locked = NUMBERS.copy()
    locked.flags.writeable = False
    copies = placed({"X": locked, "b": 0.5, "activation": "relu"}, np.random.default_rng(0))
    assert not copies["X"].flags.writeable
    assert (copies["b"], copies["activation"]) == (0.5, "relu")


def test_blocks_in_the_way_have_drawn_sizes_and_no_pages_of_their_own():
    rng = np.random.default_rng(0)
    sizes = [[len(block) for block in blocks_in_the_way(rng)] for _ in range(20)]
    assert len({tuple(drawn) for drawn in sizes}) == 20
    drawn = np.concatenate(sizes)
    assert 16 <= drawn.min() < 32  # as small as the smallest results, and just below what has pages of its own
    assert 2**16 < drawn.max() < 2**17
