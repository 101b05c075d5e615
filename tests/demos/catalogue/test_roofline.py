"""`loopwise demo roofline`: the roofline: which limit a loop meets first."""

from helpers.demos import asks


def test_it_asks():
    asks("roofline")  # it takes long and claims nothing of its own: the notebooks run it, test_notebooks.py
