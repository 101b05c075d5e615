"""Broadcasting: which shapes fit, what comes out, and what is copied to make them fit.

Source: C 11; F Questions 5: np.sum(A, axis=1, keepdims=True)
"""

import tracemalloc

import numpy as np

from ...report import units
from ..demo import Outcome
from ..kit import pace, require_equal, table, timed, times_table

UNITS, EXAMPLES = 1000, 2000
ALL = 8 * UNITS * EXAMPLES  # bytes of b for every example
QUESTION = f"""
Z is ({UNITS}, {EXAMPLES}) and b is ({UNITS}, 1). For Z + b, the lecture says, b is copied to Z's shape. How much memory
does NumPy take for that, beside the result?
"""
CHOICES = (
    "next to none",
    f"{units.memory(ALL)}: b for every example",
    f"{units.memory(2 * ALL)}: that, and a copy of Z",
)


def broadcast(Z, b, out):
    return np.add(Z, b, out=out)


def copied(Z, b, out):
    return np.add(Z, np.tile(b, (1, Z.shape[1])), out=out)


CODE = [broadcast, copied]


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


def taken(step):
    """Bytes that are taken at the peak of a call."""
    tracemalloc.start()
    try:
        step()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def measure():
    """The lecture's cases, then Z + b stretched and really copied."""
    rng = np.random.default_rng(0)
    Z, b = rng.standard_normal((UNITS, EXAMPLES)), rng.standard_normal((UNITS, 1))
    out = np.empty_like(Z)
    contenders = {"Z + b": lambda: broadcast(Z, b, out), "b copied first": lambda: copied(Z, b, out)}
    require_equal({name: step().copy() for name, step in contenders.items()})
    times, peaks = timed(contenders), {name: taken(step) for name, step in contenders.items()}
    wide = np.hstack([Z, Z])
    wider = taken(lambda: broadcast(wide, b, np.empty_like(wide))) - wide.nbytes
    _, steps, _ = repeated(Z.shape, b.shape)
    kept, lost = sums()
    said = f"""
    Z + b took {units.memory(peaks["Z + b"])} beside the result, and {units.memory(wider)} for twice as many examples:
    room in which NumPy works. b copied first took {units.memory(peaks["b copied first"])}, and
    {pace(times["b copied first"])}. NumPy only pretends to copy: from one column to the next it goes {steps[1]} bytes
    further, so that every column of b is the same memory.

    What broadcasting cannot know is what you meant. np.sum(A, axis=1, keepdims=True) of a (4, 3) is {kept}, a column;
    without keepdims it is {lost}, which A - sums would take for a row of {lost[0]}: refused here, but were A (4, 4),
    it would be taken, and be wrong.
    """
    answer = 0 if peaks["Z + b"] < ALL / 10 else 1 if peaks["Z + b"] < 1.5 * ALL else 2
    return Outcome(answer, [shapes(), times_table(times)], said, {"bytes": peaks, "steps": list(steps)})
