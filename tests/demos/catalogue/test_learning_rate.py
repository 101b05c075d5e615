"""`loopwise demo learning-rate`: learning rate too large, too small: one weight on a parabola."""

import pytest
from helpers.demos import asks_measures_and_explains


@pytest.mark.compilation
def test_it_asks_measures_and_explains():
    figures = asks_measures_and_explains("learning-rate")
    assert figures["grows"]
