"""Temporaries: what one line of NumPy puts into memory on its way.

Source: P "Adaptive Linear Neurons and the Delta Rule": J = ½ Σ (y′ − y)²
"""

import numpy as np
from numba import njit

from ...measure.memory import peak_beside_results
from ...report import units
from ..demo import Outcome
from ..kit import as_fast, pace, require_equal, table, timed, times_table

NUMBERS = 4_000_000
QUESTION = f"""
x and y have {units.count(NUMBERS)} numbers, {units.memory(8 * NUMBERS)} each. How many more arrays of that size are in
memory at once while NumPy computes the first function?
"""
CHOICES = ("none", "one", "two", "three or more")


def one_line(w, b, x, y):
    return 0.5 * ((w * x + b - y) ** 2).sum()


def in_place(w, b, x, y, room):
    np.multiply(w, x, out=room)
    room += b
    room -= y
    room *= room
    return 0.5 * room.sum()


@njit(cache=True)
def one_pass(w, b, x, y):
    J = 0.0
    for i in range(len(x)):
        error = w * x[i] + b - y[i]
        J += error * error
    return 0.5 * J


CODE = [one_line, in_place, one_pass]


def measure():
    """The same cost three times: time, and memory at its peak."""
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
    peaks["in place"] += room.nbytes  # taken before the call, and kept
    arrays = round(peaks["one line"] / x.nbytes)
    operators = 4  # *, +, − and **, each with a result as large as x
    said = f"""
    At its peak the line had {units.memory(peaks["one line"])} beside x and y: {arrays} array{"s" * (arrays != 1)} of
    {units.memory(x.nbytes)} for {operators} operators. Each operator makes an array for its
    result{"; NumPy takes the one before again where it sees that nobody else holds it" if arrays < operators else ""}.

    Written in place it also needs an array, but one that is taken once and kept. It is
    {as_fast(times["in place"])}. The compiled loop needs none: it {pace(times["one pass, compiled"])}.
    """
    figures = {"peak_bytes": peaks, "one_pass_times": times["one pass, compiled"].ratio}
    shown = [times_table(times), table(("", "memory at the peak"), [(k, units.memory(v)) for k, v in peaks.items()])]
    return Outcome(min(arrays, 3), shown, said, figures)
