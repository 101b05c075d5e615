"""The comparison's table and figure."""

import io

from rich.console import Console

from loopwise import datasets, workloads
from loopwise.measure.comparison import compare
from loopwise.report.comparison import SoFar, comparison_table


def test_where_neither_is_faster_the_table_says_so():
    work = workloads.logistic(*(datasets.load("flower").X, datasets.load("flower").Y))
    comparison = compare(work, ["numba_loops", "numpy_vectorized"], budget=0.5)
    comparison.rows[1].speedup = {"vs": "numba_loops", "ratio": 1.02, "low": 0.97, "high": 1.08}
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(comparison_table(comparison))
    assert "≈ 1.02" in console.export_text()


def test_what_is_known_so_far_is_a_line_for_each_row_and_fits_a_small_terminal():
    so_far, data = SoFar(), datasets.load("breast_cancer")
    console = Console(file=io.StringIO(), width=80)
    console.print(so_far)
    assert console.file.getvalue().strip() == ""
    lines = []

    def seen(row):
        so_far.add("logistic_step", row)
        console.file = io.StringIO()
        console.print(so_far)
        lines.append(console.file.getvalue().rstrip().splitlines()[-1])

    names = ["python_loops", "numpy_vectorized"]
    compare(workloads.logistic(data.X, data.Y), names, budget=0.5, on_row=seen)
    assert "✓ same bits" in lines[0]
    assert lines[0].split()[0] == "python_loops"
    assert lines[1].split()[0] == "numpy_vectorized"
    assert "✓ rounding" in lines[1]
    console.file = io.StringIO()
    console.print(so_far)  # now with the steps' times
    text = console.file.getvalue()
    assert text.count("logistic_step") == 1
    assert "…" not in text  # nothing is cut off at 80 columns
    assert len(text.rstrip().splitlines()[-1].split()) > len(lines[1].split())
