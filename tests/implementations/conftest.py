"""For the tests of implementations."""

import numba
import pytest


@pytest.fixture(autouse=True)
def _threads_as_before():
    """A test may set the number of threads."""
    before = numba.get_num_threads()
    yield
    numba.set_num_threads(before)
