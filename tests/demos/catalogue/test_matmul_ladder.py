"""`loopwise demo matmul-ladder`: the matmul ladder: one product, nine programs."""

from helpers.demos import asks


def test_it_asks():
    asks("matmul-ladder")  # it takes long and claims nothing of its own: the notebooks run it, test_notebooks.py
