"""`loopwise demo slide-loop`: the slide's loop against one line: logistic regression on 569 examples."""

import pytest
from helpers.demos import asks_measures_and_explains


@pytest.mark.compilation
def test_it_asks_measures_and_explains():
    asks_measures_and_explains("slide-loop")
