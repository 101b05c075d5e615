"""The ladder's rungs."""

from loopwise.jit.matmul.ladder import RUNGS

NAMES = [rung.name for rung in RUNGS]
EXACT = NAMES[:6]


def without_last_column(multiply, A, B):
    C = multiply(A, B)
    C[:, -1] = 0.0
    return C
