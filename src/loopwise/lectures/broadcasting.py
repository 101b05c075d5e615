"""Broadcasting: which shapes fit, what comes out, and that nothing is copied to make them fit.

    $ python -m loopwise.lectures.broadcasting

The lecture says that the smaller array "is copied". NumPy only pretends: along the axis that is repeated it takes steps
of 0 bytes, so every row is the same memory.

Source: C 11; F Questions 5 (`np.sum(A, axis=1, keepdims=True)`).
"""

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table


def repeated(shape, small):
    """How NumPy stretches an array of shape `small` to `shape`: (shape, steps in bytes, bytes that it owns)."""
    array = np.zeros(small)
    stretched = np.broadcast_to(array, shape)
    return stretched.shape, stretched.strides, array.nbytes


def table(m=4, n=3):
    """The lecture's three cases for an (m, n) matrix, and the layer's `W A_prev + b`."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("expression", "shapes", "steps in bytes", "bytes", "if copied"):
        shown.add_column(heading, no_wrap=True, justify="left" if heading in ("expression", "shapes") else "right")
    cases = {"A + row": (1, n), "A + column": (m, 1), "A + number": (1, 1), "Z = W A_prev + b": (m, 1)}
    for expression, small in cases.items():
        shape, steps, owned = repeated((m, n), small)
        copied = np.zeros(shape).nbytes
        shown.add_row(expression, f"{shape} + {small}", str(steps), str(owned), str(copied))
    return shown


def sums(m=4, n=3):
    """What a sum over the columns leaves, with and without its column: (kept, lost)."""
    A = np.ones((m, n))
    return np.sum(A, axis=1, keepdims=True).shape, np.sum(A, axis=1).shape


def main():
    """Print the table and the sums."""
    Console().print(table())
    kept, lost = sums()
    print(f"np.sum(A, axis=1, keepdims=True) of a (4, 3) is {kept}: a column.")
    print(f"np.sum(A, axis=1) is {lost}: a vector, which A - … would take for a row of {lost[0]}.")


if __name__ == "__main__":
    main()
