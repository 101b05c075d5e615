"""What numba_tuned allocates in a step, and keeps between steps, beside what NumPy allocates: `tracemalloc`'s peak.

NumPy and Numba both tell `tracemalloc` of their arrays. The first step of numba_tuned is taken, which makes its
workspace: later ones allocate their results only.
"""

import sys

import numpy as np
from networks import SIZES, build
from rich.console import Console
from rich.table import Table

from loopwise import get_implementation, workloads
from loopwise.implementations.numba_tuned.workspace import MEMORY
from loopwise.measure.memory import traced


def peak(work, name):
    """Bytes at the peak of one call, its results included, with an empty workspace."""
    impl = get_implementation(name)
    work.outputs(impl)  # compiles
    MEMORY.forget()
    return traced(work.bind(impl))[1]


if __name__ == "__main__":
    table, missed = Table("work", "numpy_vectorized", "numba_tuned", "share", "goal"), 0
    works = [("logistic_step 784 × 20 000", workloads.operation("logistic_step", 1, 784, 20_000))]
    works += [(str((n_x, *layers)), build(n_x, layers, m, "relu", "float64")) for n_x, layers, m, *_ in SIZES]
    for what, work in works:
        results = sum(
            np.asarray(value).nbytes for value in work.outputs(get_implementation("numpy_vectorized")).values()
        )
        arrays, tuned = (peak(work, name) - results for name in ("numpy_vectorized", "numba_tuned"))
        missed += tuned > arrays / 4
        table.add_row(what, f"{arrays / 1e6:.2f} MB", f"{tuned / 1e6:.2f} MB", f"{tuned / arrays:.2f}", "≤ 0.25")
    Console().print(table)
    sys.exit(bool(missed))
