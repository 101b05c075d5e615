"""`loopwise demo where-numpy-loses`: steps that need each other leave array expressions nothing to vectorize."""

import pytest
from helpers.demos import asks_measures_and_explains


@pytest.mark.compilation
def test_it_asks_measures_and_explains():
    figures = asks_measures_and_explains("where-numpy-loses")
    # 0.9ᵗ is below the smallest normal number at t = 6724, and below the smallest of all at 7068.
    assert 6500 < figures["finite_steps"] < 7070
