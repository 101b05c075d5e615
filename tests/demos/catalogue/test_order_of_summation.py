"""`loopwise demo order-of-summation`: order of summation: ten million times 0.1 in float32."""

import pytest
from helpers.demos import asks_measures_and_explains


@pytest.mark.compilation
def test_it_asks_measures_and_explains():
    figures = asks_measures_and_explains("order-of-summation")
    off = figures["off"]
    assert off["one by one, float32"] > 1e4 > 1 > off["pairwise (np.sum), float32"]
    assert off["exact (math.fsum), float64"] == 0
