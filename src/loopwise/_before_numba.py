"""Imported by every package that imports Numba, before it does: a bad variable is one line, not Numba's traceback."""

import sys

from .environment import check_environment

if "numba" not in sys.modules:
    check_environment()
