"""The slide's loop against one line: logistic regression on 569 examples.

Source: B "Gradient descent on m training data"; P "Vectorization"
"""

from ... import datasets, workloads
from ...implementations import get_implementation
from ...report import units
from ...report.sources import source_of
from ..story import Seen, as_fast, timed_work, times_table

NAMES = ("numpy_vectorized", "python_loops", "numba_loops", "numba_tuned")
QUESTION = """
Below are the slide's loop and its vectorized form. Numba compiles the loop as it stands, without changing a bit of
the result. Where does it end?
"""
CHOICES = ("slower than NumPy", "no difference that can be measured", "faster than NumPy")
CODE = [source_of(get_implementation(name), "logistic_step").text for name in ("python_loops", "numpy_vectorized")]


def measure():
    """Race one step on the breast cancer data."""
    data = datasets.load("breast_cancer")
    times, comparison = timed_work(workloads.logistic(data.X, data.Y, data.name), NAMES)
    loop, compiled, tuned = (times[name] for name in NAMES[1:])
    (row,) = (row for row in comparison.rows if row.implementation == "numba_loops")
    same = "has the slide's bits" if row.agreement.max_ulp == 0 else f"is {row.agreement.max_ulp} ulp from the slide's"
    sure = compiled.low is not None and not compiled.low <= 1 <= compiled.high
    answer = 1 if not sure else 2 if compiled.ratio > 1 else 0
    said = f"""
    On lists the slide's loop takes {units.three(1 / loop.ratio)} times NumPy's time. Compiled, the same lines are,
    beside NumPy, {as_fast(compiled)}; the result {same}.

    NumPy's lines each walk over an array and put an array into memory; the compiled loop does everything for one
    example while it is at hand. But it adds in the slide's order and uses one core.

    Free to add in any order, on every core, one pass over X (numba_tuned) is, beside NumPy, {as_fast(tuned)}.
    """
    figures = {"python_times": loop.ratio, "numba_times": compiled.ratio, "tuned_times": tuned.ratio}
    return Seen(answer, [times_table(times)], said, figures)
