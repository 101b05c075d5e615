"""The tests as another processor sees them, for one that has other registers than the host.

`LOOPWISE_TEST_REGISTERS=64,8 pytest …`: vectors of 64 bytes and register tiles of 8 rows, those of AVX-512. Registers
that the host lacks are no matter: LLVM makes two or four instructions of one, so tiles and edges are those of the
other processor. To be imported before any kernel is; child processes that know nothing of it run as the host does.
"""

import os
import sys
from pathlib import Path

from numba import config

# (bytes of a vector, rows of a register tile), as jit/simd/host.py chooses them.
SHAPES = {"x86-64": (16, 4), "NEON": (16, 8), "AVX2": (32, 4), "AVX-512": (64, 8)}
VARIABLE = "LOOPWISE_TEST_REGISTERS"


def take(shape):
    """Give the kernels, none of which may be there yet, registers of another shape."""
    from loopwise.jit.simd import host

    assert "loopwise.jit.simd.vectors" not in sys.modules, "kernels have been made for the host's registers"
    host.VECTOR_BYTES, host.TILE_ROWS = shape
    # Numba's key of what it keeps knows nothing of this, so what is kept is kept apart.
    config.CACHE_DIR = str(Path(config.CACHE_DIR or ".pytest_cache").absolute() / "registers-{}-{}".format(*shape))


if os.environ.get(VARIABLE):
    take(tuple(map(int, os.environ[VARIABLE].split(","))))
