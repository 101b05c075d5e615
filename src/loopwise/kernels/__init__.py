"""What `numba_tuned` stands on: vector values for Numba, and the ladder of matrix products that leads there."""

from .. import _before_numba  # noqa: F401
