"""`loopwise demo memory-order`: memory order: the same sum along the rows and down the columns."""

from helpers.demos import asks


def test_it_asks():
    asks("memory-order")  # it takes long and claims nothing of its own: the notebooks run it, test_notebooks.py
