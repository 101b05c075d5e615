"""HOW WELL: agreement first, then time. Nothing is timed before it has agreed."""

from .. import _before_numba  # noqa: F401
