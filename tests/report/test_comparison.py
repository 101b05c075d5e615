"""The comparison's table and figure."""

import io

from rich.console import Console

from loopwise import datasets, workloads
from loopwise.measure.comparison import compare
from loopwise.report.comparison import comparison_table


def test_where_neither_is_faster_the_table_says_so():
    work = workloads.logistic(*(datasets.load("flower").X, datasets.load("flower").Y))
    comparison = compare(work, ["numba_loops", "numpy_vectorized"], budget=0.5)
    comparison.rows[1].speedup = {"vs": "numba_loops", "ratio": 1.02, "low": 0.97, "high": 1.08}
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(comparison_table(comparison))
    assert "≈ 1.02" in console.export_text()
