"""`loopwise demo fastmath`: fastmath and bits: what a compiler may do when it is promised what is not true."""

import pytest
from helpers.demos import asks_measures_and_explains


@pytest.mark.compilation
def test_it_asks_measures_and_explains():
    figures = asks_measures_and_explains("fastmath")
    assert figures["apart"] <= figures["bound"]
