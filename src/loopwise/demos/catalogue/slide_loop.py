"""The slide's loop against one line: logistic regression on 569 examples.

Source: B "Gradient descent on m training data", "Vectorization"
"""

from ... import datasets, workloads
from ...implementations import get_implementation
from ...report import units
from ...report.sources import source_of
from ..demo import Outcome
from ..kit import as_fast, is_faster, pace, timed_work, times_table

NAMES = ("numpy_vectorized", "python_loops", "numba_loops", "numba_tuned")
QUESTION = """
Here are the slide's loop as Numba compiles it, line for line, and the vectorized form. The compiled loop gives the
same bits as the loop in Python. How fast is it, beside NumPy?
"""
CHOICES = ("slower than NumPy", "no difference that can be measured", "faster than NumPy")
CODE = [source_of(get_implementation(name), "logistic_step").text for name in ("numba_loops", "numpy_vectorized")]


def measure():
    """Time one step on the breast cancer data."""
    data = datasets.load("breast_cancer")
    times, comparison = timed_work(workloads.logistic(data.X, data.Y, data.name), NAMES)
    loop, compiled, tuned = (times[name] for name in NAMES[1:])
    held = {row.implementation: row.agreement for row in comparison.rows}
    bits = "the slide's bits" if held["numba_loops"].max_ulp == held["python_loops"].max_ulp == 0 else "other bits"
    said = f"""
    Beside NumPy, the slide's loop on lists {pace(loop)}. The compiled loop {pace(compiled)}, with {bits}.

    What the two pay for differs. NumPy's lines walk along memory, but each of them puts an array into memory, and
    each call costs its microsecond. The loop does everything for one example at once, but one example is a column of
    X: its {len(data.X)} numbers lie {units.count(data.X.shape[1])} apart (see memory-order), on one core, one addition
    after the other. Which of the two weighs more depends on m: `loopwise sweep` shows where it turns.

    Free to add in any order, on every core, in one pass along the rows of X, numba_tuned is {as_fast(tuned)}.
    """
    figures = {"python_times": loop.ratio, "numba_times": compiled.ratio, "tuned_times": tuned.ratio}
    return Outcome(1 + is_faster(compiled), [times_table(times)], said, figures)
