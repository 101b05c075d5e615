"""None"""

import textwrap
from types import SimpleNamespace

import pytest

from loopwise.implementations import numpy_vectorized, register, unregister
from loopwise.interface import OPERATIONS


@pytest.fixture
def twin():
    """A function that makes `twin`, NumPy with some operations replaced, under an exact contract to itself."""

    def make(**replaced):
        functions = {name: getattr(numpy_vectorized, name) for name in OPERATIONS} | replaced
        register("twin", SimpleNamespace(__all__=list(functions), **functions), "numpy", "rounding")

    yield make
    unregister("twin")


@pytest.fixture
def write(tmp_path):
    """Write a student's file; returns its path."""

    def write(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text))
        return str(path)

    return write
