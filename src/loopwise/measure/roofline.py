"""Points of a roofline: what implementations reach on workloads of different arithmetic intensity."""

from .. import datasets, workloads
from ..implementations import implementation_names
from .comparison import compare
from .interleaved import silent

CONTENDERS = ("numpy_vectorized", "numba_parallel", "numba_tuned")
DTYPE = "float64"


def example_workloads(scale=1.0):
    """One that waits for memory, one in between, one that computes; `scale` makes them smaller."""
    data = datasets.load("synthetic", examples=int(100_000 * scale), features=100, seed=0)
    digits = datasets.load("digits")
    side = max(16, int(512 * scale))
    return [
        workloads.logistic(data.X, data.Y, "synthetic"),
        workloads.network(digits.X, digits.Y, [32, len(digits.Y)], data="digits"),
        workloads.operation("matmul", units=side, features=side, examples=side),
    ]


def measured_points(threads, progress=None, budget=3.0, works=None, spoilt=False):
    """Time the compiled and the vectorized implementations on each workload: (workload, implementation, GFLOP/s).

    What other programs took too much of is no point, but with `spoilt`.
    """
    names = [name for name in CONTENDERS if name in implementation_names()]
    works, points = works or example_workloads(), []
    progress = progress or silent
    for k, work in enumerate(works):

        def show(text, share, k=k, work=work):
            progress(f"{work.name}: {text}", (k + share) / len(works))

        comparison = compare(work, names, budget, threads, progress=show)
        rows = [row for row in comparison.rows if row.times or (spoilt and row.gflops)]
        points += [(work, row.implementation, row.gflops) for row in rows]
        if comparison.stopped:
            raise KeyboardInterrupt
    return points
