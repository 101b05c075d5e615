"""The machine that results come from: what it is, how many threads are used, what it can reach."""

from ..process.environment import before_numba

before_numba()
