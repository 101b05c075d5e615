"""Temporaries: what one line of NumPy puts into memory on its way.

Source: P, F: the cost in array expressions
"""

import numpy as np
from numba import njit

from ...measure.sweep import peak_beside_results
from ...report import units
from ..story import Seen, as_fast, require_equal, table, timed, times_table

NUMBERS = 4_000_000
QUESTION = """
x and y have four million numbers, 32 MB each. How many more arrays of that size are in memory at once while NumPy
computes this line?
"""
CHOICES = ("none", "one", "two", "three or more")


def one_line(w, b, x, y):
    return ((w * x + b - y) ** 2).sum()


def in_place(w, b, x, y, room):
    np.multiply(w, x, out=room)
    room += b
    room -= y
    room *= room
    return room.sum()


@njit(cache=True)
def one_pass(w, b, x, y):
    total = 0.0
    for i in range(len(x)):
        error = w * x[i] + b - y[i]
        total += error * error
    return total


CODE = [one_line, in_place, one_pass]


def measure():
    """The same sum three times: time, and memory at its peak."""
    # Small whole numbers: every sum is exact, so the order cannot change a bit.
    x, y = np.random.default_rng(0).integers(0, 10, (2, NUMBERS)).astype(np.float64)
    room = np.empty_like(x)
    contenders = {
        "one line": lambda: one_line(2.0, 1.0, x, y),
        "in place": lambda: in_place(2.0, 1.0, x, y, room),
        "one pass, compiled": lambda: one_pass(2.0, 1.0, x, y),
    }
    require_equal({name: step() for name, step in contenders.items()})
    times = timed(contenders, 3.0)
    peaks = {name: peak_beside_results(step) for name, step in contenders.items()}
    arrays = round(peaks["one line"] / x.nbytes)
    rows = [(name, units.memory(peak)) for name, peak in peaks.items()]
    said = f"""
    At its peak the line had {units.memory(peaks["one line"])} beside x and y: {arrays}
    array{"s" if arrays != 1 else ""} of 32 MB. Every operator makes an array for its result; NumPy takes the one
    before again where it sees that nobody else holds it, so they are fewer than the operators.

    Written in place, one array is enough for ever: it is {as_fast(times["in place"])}, and
    harder to read. The compiled loop needs none. It is {as_fast(times["one pass, compiled"])}, and reads like the
    formula.
    """
    figures = {"peak_bytes": peaks, "one_pass_times": times["one pass, compiled"].ratio}
    shown = [times_table(times), table(("", "memory at the peak"), rows)]
    return Seen(min(arrays, 3), shown, said, figures)
