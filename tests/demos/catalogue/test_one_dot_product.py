"""`loopwise demo one-dot-product`: one dot product: a loop over a million features against one line."""

from helpers.demos import asks


def test_it_asks():
    asks("one-dot-product")  # it takes long and claims nothing of its own: the notebooks run it, test_notebooks.py
