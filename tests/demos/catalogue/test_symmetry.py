"""`loopwise demo symmetry`: symmetry and initialization: what hidden units learn that begin alike."""

import pytest
from helpers.demos import asks_measures_and_explains


@pytest.mark.compilation
def test_it_asks_measures_and_explains():
    figures = asks_measures_and_explains("symmetry")
    assert figures["units"] == {"½": 1, "0": 1, "random": 4}
    assert figures["moved"]["0"] == 0
