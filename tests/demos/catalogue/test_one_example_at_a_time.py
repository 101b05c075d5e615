"""`loopwise demo one-example-at-a-time`: with one example a step, array expressions have nothing to vectorize."""

import pytest
from helpers.demos import asks_measures_and_explains

from loopwise.demos.catalogue.one_example_at_a_time import answer_of
from loopwise.demos.kit import Timed


@pytest.mark.compilation
def test_it_asks_measures_and_explains():
    figures = asks_measures_and_explains("one-example-at-a-time")
    assert list(figures["ratios"]) == [1, 8, 64, 569]
    assert all(set(each) == {"numpy_vectorized", "python_loops", "numba_loops"} for each in figures["ratios"].values())


def test_what_came_true():
    ratios = (0.5, 0.4, 0.6), (1.0, 0.9, 1.1), (7.0, 6.0, 8.0), (12.0, 11.0, 13.0)
    assert [answer_of(Timed(1.0, *ratio)) for ratio in ratios] == [0, 1, 2, 3]
