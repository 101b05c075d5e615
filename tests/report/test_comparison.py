"""The comparison's table and figure."""

import io

from rich.console import Console

from loopwise import datasets, workloads
from loopwise.measure.comparison import compare
from loopwise.report.comparison import SoFar, comparison_table, label


def test_where_neither_is_faster_the_table_says_so():
    work = workloads.logistic(*(datasets.load("flower").X, datasets.load("flower").Y))
    comparison = compare(work, ["numba_loops", "numpy_vectorized"], budget=0.5)
    row = comparison.rows[1]
    row.speedup = {"vs": "numba_loops", "ratio": 1.02, "low": 0.97, "high": 1.08}
    row.spoilt = row.speedup_spoilt = False
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(comparison_table(comparison))
    assert "≈ 1.02" in console.export_text()
    assert "≈ 1.02" in label(row)
    row.speedup_spoilt = True  # the baseline's times are: of the ratio nothing is known
    console.print(comparison_table(comparison))
    assert "≈ 1.02" not in console.export_text()
    assert "≈ 1.02" not in label(row)


def test_a_time_that_may_be_too_long_is_shown_as_a_limit():
    work = workloads.logistic(*(datasets.load("flower").X, datasets.load("flower").Y))
    comparison = compare(work, ["numba_loops", "numpy_vectorized"], budget=0.5)
    for row, at_most in zip(comparison.rows, (True, False), strict=True):
        row.spoilt, row.speedup_spoilt, row.at_most, row.note = False, False, at_most, ""
        row.first_call_at_most = False
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(comparison_table(comparison))
    lines = console.export_text().splitlines()
    rows = [line for line in lines if line.strip().startswith(("numba_loops", "numpy_vectorized"))]
    assert [line.count("≤") for line in rows] == [1, 0]
    assert sum(line.count("≥") for line in lines) == 2 + (comparison.rows[0].of_limit is not None)
    assert "caches cold" in " ".join(" ".join(lines).split())
    assert [label(row).startswith("≤ ") for row in comparison.rows] == [True, False]


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
