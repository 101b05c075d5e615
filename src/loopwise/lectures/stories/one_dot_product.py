"""One dot product: a loop over a million features against one line.

Source: B "Vectorization": z = wᵀx + b
"""

from ... import workloads
from ...implementations import get_implementation
from ...report import units
from ...report.sources import source_of
from ..story import Seen, as_fast, nearest, timed_work, times_table

FEATURES = 1_000_000
NAMES = ("python_loops", "numba_loops", "numpy_vectorized")
QUESTION = """
w and x have a million numbers each. How many times as fast as the loop in Python is NumPy's one line?
"""
TIMES = (1, 10, 100, 1000)
CHOICES = ("about as fast", "about 10 times", "about 100 times", "about 1000 times")
CODE = [source_of(get_implementation(name), "dot").text for name in NAMES]


def measure():
    """Race the three, which agree."""
    times, comparison = timed_work(workloads.operation("dot", features=FEATURES), NAMES)
    numpy, compiled = times["numpy_vectorized"].ratio, times["numba_loops"].ratio
    (held,) = (row.agreement for row in comparison.rows if row.implementation == "numpy_vectorized")
    each = times["python_loops"].seconds / FEATURES
    said = f"""
    NumPy's line is {as_fast(times["numpy_vectorized"])} as the loop, and the same loop compiled by Numba is
    {as_fast(times["numba_loops"])}. So the loop is not slow because it is a loop.

    Python needs {units.seconds(each)} for one multiply-add. It looks up what w and x are, makes an object for the
    product and one for the sum, and counts who holds them. The machine's multiply-add is a small part of that.

    The compiled loop has the slide's bits: each addition waits for the one before. NumPy keeps several sums at once
    and adds them up in the end, so its result is {held.max_ulp} ulp away: {held.bound_ratio:.1%} of the rounding bound.
    """
    figures = {"numpy_times": numpy, "numba_times": compiled, "max_ulp": held.max_ulp}
    return Seen(nearest(numpy, TIMES), [times_table(times)], said, figures)
