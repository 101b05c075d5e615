"""For the tests of learning."""

import pytest

from loopwise import datasets, get_implementation


@pytest.fixture
def impl():
    """The slide's bits at compiled speed."""
    return get_implementation("numba_loops")


@pytest.fixture(scope="module")
def flower():
    """X and Y of the flower, few examples."""
    data = datasets.load("flower", examples=50)
    return data.X, data.Y
