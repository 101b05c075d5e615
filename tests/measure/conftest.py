"""For the tests of what is measured."""

import pytest
from helpers.peer_rows import need


@pytest.fixture
def row(request):
    """A peer's row; skipped where its framework is not installed, unless CI requires it."""
    need(request.param)
    return request.param
