"""`loopwise demo why-non-linear`: why non-linear: layers without an activation are one layer."""

import pytest
from helpers.demos import asks_measures_and_explains


@pytest.mark.compilation
def test_it_asks_measures_and_explains():
    figures = asks_measures_and_explains("why-non-linear")
    assert figures["same_bits"]
    assert figures["accuracy"]["20 and 20 units, tanh"] > 0.8
