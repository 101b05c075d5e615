"""Two threads on one counter."""

import pytest
from helpers.demos import asks_measures_and_explains

from loopwise.demos.catalogue import prange_race


@pytest.mark.compilation
def test_it_asks_measures_and_explains():
    figures = asks_measures_and_explains("prange-race")
    assert figures["blocked_results"] == 1
    assert max(figures["counted"]) <= prange_race.NUMBERS


def test_what_the_racing_counts_mean():
    n = prange_race.NUMBERS
    assert [prange_race.which(counts) for counts in ([n, n], [n - 1, n - 1], [n - 1, n], [n + 1, n])] == [0, 1, 2, 3]
    assert "one thread here" in prange_race.verdict([n], 1)
    assert "In 1 run it was right" in prange_race.verdict([n], 2)
    assert prange_race.verdict([n - 7, n], 2) == "Of 2 runs 1 counted wrong, at worst by 7."
