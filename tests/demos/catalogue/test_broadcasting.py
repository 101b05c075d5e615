"""Broadcasting."""

import numpy as np
import pytest
from helpers.demos import asks_measures_and_explains

from loopwise.demos.catalogue import broadcasting


@pytest.mark.compilation
def test_it_asks_measures_and_explains():
    figures = asks_measures_and_explains("broadcasting")
    assert 10 * figures["bytes"]["Z + b"] < 16e6 <= figures["bytes"]["b copied first"]
    assert figures["steps"] == [8, 0]


def test_nothing_is_copied_along_the_repeated_axis():
    # A row is repeated downwards with steps of 0 bytes, a column to the right, a number both ways.
    assert broadcasting.repeated((4, 3), (1, 3)) == ((4, 3), (0, 8), 24)
    assert broadcasting.repeated((4, 3), (4, 1)) == ((4, 3), (8, 0), 32)
    assert broadcasting.repeated((4, 3), (1, 1)) == ((4, 3), (0, 0), 8)


def test_a_sum_that_keeps_its_column_broadcasts_and_the_other_does_not():
    assert broadcasting.sums() == ((4, 1), (4,))
    assert np.broadcast_shapes((4, 3), (4, 1)) == (4, 3)
