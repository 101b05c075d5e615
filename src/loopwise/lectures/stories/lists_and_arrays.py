"""What lists, boxed scalars and arrays cost in Python: the same loop over each.

Source: B "Vectorization": the explicit for-loop
"""

import sys
from array import array

import numpy as np
from numba import njit

from ...report import units
from ..story import Seen, as_fast, require_equal, table, timed, times_table

NUMBERS = 100_000
QUESTION = "This loop runs in plain Python, once over lists and once over NumPy arrays. Over arrays it is"
CHOICES = ("faster: arrays are compact", "as fast: it is the same loop", "slower")


def dot(w, x):
    total = 0.0
    for j in range(len(w)):
        total += w[j] * x[j]
    return total


compiled = njit(cache=True)(dot)
CODE = [dot]


def measure():
    """The loop over lists, arrays of the standard library, NumPy's, and compiled; and what each weighs."""
    w, x = np.random.default_rng(0).standard_normal((2, NUMBERS))
    kept = {"lists": w.tolist(), "array.array": array("d", w), "NumPy arrays": w}
    others = (x.tolist(), array("d", x), x)
    contenders = {name: lambda a=a, b=b: dot(a, b) for (name, a), b in zip(kept.items(), others)}
    contenders["NumPy arrays, compiled"] = lambda: compiled(w, x)
    require_equal({name: step() for name, step in contenders.items()})
    times = timed(contenders, 3.0)
    boxed, in_numba = times["NumPy arrays"], times["NumPy arrays, compiled"]
    answer = 1 if boxed.low is None or boxed.low <= 1 <= boxed.high else 0 if boxed.ratio > 1 else 2
    weights = {
        "lists": sys.getsizeof(kept["lists"]) + sum(map(sys.getsizeof, kept["lists"])),
        "array.array": sys.getsizeof(kept["array.array"]),
        "NumPy arrays": sys.getsizeof(kept["NumPy arrays"].copy()),
    }
    rows = [(name, units.memory(size), f"{size / NUMBERS:.1f}") for name, size in weights.items()]
    said = f"""
    Over NumPy arrays the same loop is, beside lists, {as_fast(boxed)}. A list holds
    floats that exist already. An array holds bytes: each w[j] first makes a NumPy scalar, a box around the number,
    and the arithmetic of boxes is slower than that of Python's floats.

    Compiled, the loop reads the bytes where they are: {as_fast(in_numba)} as over lists, bit
    for bit the same. So python_loops here runs on lists, or the slide's loop would be made slower than a fair
    programmer would write it.

    A float in a list takes {weights["lists"] / NUMBERS:.0f} bytes: 8 for the place in the list and the rest for the
    object.
    """
    figures = {"boxed_times": boxed.ratio, "compiled_times": in_numba.ratio, "bytes": weights}
    return Seen(answer, [times_table(times), table(("memory", "in all", "bytes each"), rows)], said, figures)
