"""What lists, boxed scalars and arrays cost in Python: the same loop over each.

Source: B "Vectorization": the explicit for-loop
"""

import sys
from array import array

import numpy as np
from numba import njit

from ...report import units
from ..demo import Outcome
from ..kit import is_faster, pace, require_equal, table, timed, times_table

NUMBERS = 100_000
QUESTION = "This loop runs in plain Python, once over lists and once over NumPy arrays. Over arrays it is"
CHOICES = ("slower", "as fast: it is the same loop", "faster: arrays are compact")
WHY = {
    -1: "and the arithmetic of these boxes takes longer than that of Python's own floats",
    0: "and on this machine the box costs no more than what the list saves",
    1: "which on this machine is quicker than following the list to its objects",
}


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
    kept = {"lists": w.tolist(), "array.array": array("d", w.tobytes()), "NumPy arrays": w}
    others = (x.tolist(), array("d", x.tobytes()), x)
    contenders = {name: lambda a=a, b=b: dot(a, b) for (name, a), b in zip(kept.items(), others)}
    contenders["NumPy arrays, compiled"] = lambda: compiled(w, x)
    require_equal({name: step() for name, step in contenders.items()})
    times = timed(contenders, 3.0)
    boxed, in_numba = times["NumPy arrays"], times["NumPy arrays, compiled"]
    weights = {
        "lists": sys.getsizeof(kept["lists"]) + sum(map(sys.getsizeof, kept["lists"])),
        "array.array": sys.getsizeof(kept["array.array"]),
        "NumPy arrays": sys.getsizeof(w.copy()),
    }
    rows = [(name, units.memory(size), f"{size / NUMBERS:.1f}") for name, size in weights.items()]
    said = f"""
    Beside lists, the same loop over NumPy arrays {pace(boxed)}. A list holds floats that exist already. An array
    holds bytes: each w[j] first makes a NumPy scalar, a box around the number, {WHY[is_faster(boxed)]}. The standard
    library's array.array also has to make an object for each number, but a plain float: it
    {pace(times["array.array"])}.

    Compiled, the loop reads the bytes where they are. It {pace(in_numba)}, and the bits are the same. In this project
    python_loops runs on lists: the slide's loop is not to be slower than a fair programmer would write it.

    A float in a list takes {weights["lists"] / NUMBERS:.0f} bytes: 8 for the place in the list and the rest for the
    object; in an array it takes {weights["NumPy arrays"] / NUMBERS:.0f}.
    """
    figures = {"boxed_times": boxed.ratio, "compiled_times": in_numba.ratio, "bytes": weights}
    shown = [times_table(times), table(("memory", "in all", "bytes each"), rows)]
    return Outcome(1 + is_faster(boxed), shown, said, figures)
