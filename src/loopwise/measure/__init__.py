"""HOW WELL: agreement first, then time. Nothing is timed before it has agreed."""

from ..process.environment import before_numba

before_numba()
