"""For the tests of implementations."""

import numba
import pytest

from loopwise import get_implementation
from loopwise.implementations import register_file, unregister


@pytest.fixture(autouse=True)
def _threads_as_before():
    """A test may set the number of threads."""
    before = numba.get_num_threads()
    yield
    numba.set_num_threads(before)


@pytest.fixture
def load():
    """Register files; returns their implementations, gone after the test."""
    names = []

    def load(*paths):
        names.extend(register_file(path) for path in paths)
        return [get_implementation(name) for name in names]

    yield load
    for name in names:
        unregister(name)
