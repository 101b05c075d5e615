"""`loopwise demo temporaries`: temporaries: what one line of NumPy puts into memory on its way."""

import pytest
from helpers.demos import asks_measures_and_explains


@pytest.mark.compilation
def test_it_asks_measures_and_explains():
    figures = asks_measures_and_explains("temporaries")
    peak = figures["peak_bytes"]
    assert peak["one line"] >= 32e6 > 1e5 > peak["one pass, compiled"]
