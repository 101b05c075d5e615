"""WHAT "IDENTICAL" MEANS: agreement within a bound that is computed from the data, and the check of one's own code."""

from ..process.environment import before_numba

before_numba()
