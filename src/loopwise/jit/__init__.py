"""How loops become machine code: `njit` and its cache, vectors (`simd`), the ladder of matrix products (`matmul`)."""

from ..process.environment import before_numba

before_numba()
