"""`loopwise demo lists-and-arrays`: what lists, boxed scalars and arrays cost in Python: the same loop over each."""

import pytest
from helpers.demos import asks_measures_and_explains


@pytest.mark.compilation
def test_it_asks_measures_and_explains():
    figures = asks_measures_and_explains("lists-and-arrays")
    assert figures["bytes"]["lists"] > 3 * figures["bytes"]["NumPy arrays"]
