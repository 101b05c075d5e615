"""Broadcasting: which shapes fit, what comes out, and what is copied to make them fit.

Source: C 11; F Questions 5: np.sum(A, axis=1, keepdims=True)
"""

import tracemalloc

import numpy as np

from ...report import units
from ..story import Seen, as_fast, require_equal, table, timed, times_table

UNITS, EXAMPLES = 1000, 2000
QUESTION = f"""
Z is ({UNITS}, {EXAMPLES}) and b is ({UNITS}, 1). For Z + b, the lecture says, b is copied to Z's shape. How many bytes
does NumPy write for that?
"""
CHOICES = ("none", "8 kB: b once", "16 MB: b two thousand times")
CODE = ["Z = W @ A_prev + b                      # (n, m) + (n, 1)\nstretched = np.broadcast_to(b, Z.shape)"]


def repeated(shape, small):
    """How NumPy stretches an array of shape `small` to `shape`: (shape, steps in bytes, bytes that it owns)."""
    array = np.zeros(small)
    stretched = np.broadcast_to(array, shape)
    return stretched.shape, stretched.strides, array.nbytes


def sums(m=4, n=3):
    """What a sum over the columns leaves, with and without its column: (kept, lost)."""
    A = np.ones((m, n))
    return np.sum(A, axis=1, keepdims=True).shape, np.sum(A, axis=1).shape


def shapes(m=4, n=3):
    """The lecture's three cases for an (m, n) matrix, and the layer's `W A_prev + b`."""
    cases, rows = {"A + row": (1, n), "A + column": (m, 1), "A + number": (1, 1), "W A_prev + b": (m, 1)}, []
    for expression, small in cases.items():
        shape, steps, owned = repeated((m, n), small)
        rows.append((expression, f"{shape} + {small}", steps, owned, np.zeros(shape).nbytes))
    return table(("", "shapes", "steps in bytes", "bytes", "if copied"), rows)


def written(b, shape):
    """Bytes that stretching allocates, but for the array's own description."""
    tracemalloc.start()
    try:
        stretched = np.broadcast_to(b, shape)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return 0 if np.shares_memory(stretched, b) else most


def measure():
    """The lecture's cases, then Z + b stretched and really copied."""
    rng = np.random.default_rng(0)
    Z, b = rng.standard_normal((UNITS, EXAMPLES)), rng.standard_normal((UNITS, 1))
    contenders = {"Z + b": lambda: Z + b, "Z + np.tile(b, (1, m))": lambda: Z + np.tile(b, (1, EXAMPLES))}
    require_equal({name: step() for name, step in contenders.items()})
    times, copied = timed(contenders), written(b, Z.shape)
    _, steps, _ = repeated(Z.shape, b.shape)
    kept, lost = sums()
    said = f"""
    It wrote {units.memory(copied)}. NumPy only pretends: from one column to the next it goes {steps[1]} bytes
    further, so that every column is the same memory. Really copied, it is
    {as_fast(times["Z + np.tile(b, (1, m))"])}.

    What broadcasting cannot know is what you meant. np.sum(A, axis=1, keepdims=True) of a (4, 3) is {kept}, a
    column; without keepdims it is {lost}, which A - … takes for a row of {lost[0]}, and refuses; were A (4, 4), it
    would be taken, and be wrong.
    """
    answer = 0 if copied == 0 else 1 if copied <= b.nbytes else 2
    return Seen(answer, [shapes(), times_table(times)], said, {"bytes": copied, "steps": list(steps)})
