"""One dot product: a loop over a million features against one line.

Source: B "Vectorization": z = wᵀx + b
"""

from ... import workloads
from ...implementations import get_implementation
from ...report import units
from ...report.sources import source_of
from ..demo import Outcome
from ..kit import nearest, pace, timed_work, times_table

FEATURES = 1_000_000
NAMES = ("python_loops", "numba_loops", "numpy_vectorized")
QUESTION = f"""
w and x have {units.count(FEATURES)} numbers each. How many times as fast as the loop in Python is NumPy's one line?
"""
TIMES = (1, 10, 100, 1000)
CHOICES = ("about as fast", "about 10 times", "about 100 times", "about 1000 times")
CODE = [source_of(get_implementation(name), "dot").text for name in NAMES]


def measure():
    """Time the three, which agree."""
    times, comparison = timed_work(workloads.operation("dot", features=FEATURES), NAMES)
    loop, compiled, numpy = (times[name] for name in NAMES)
    (held,) = (row.agreement for row in comparison.rows if row.implementation == "numpy_vectorized")
    beside = "NumPy keeps several sums at once and adds them up in the end."
    ratio = comparison.ratio("numba_loops", "numpy_vectorized")
    if ratio["sure"] and ratio["ratio"] < 1:
        beside += " That it took longer than the compiled loop is the price of dividing the work among threads: they "
        beside += "have to be woken and waited for, and on a busy machine that takes long."
    said = f"""
    NumPy's line {pace(numpy)}, and the same loop compiled by Numba {pace(compiled)}: what Python's loop is slow at is
    not the loop.

    Python needs {units.seconds(loop.seconds / FEATURES)} for one multiply-add. It looks up what w and x are, makes an
    object for the product and one for the sum, and counts who holds them. The multiply-add itself is a small part.

    The compiled loop has the slide's bits: each addition waits for the one before. {beside} Its result is
    {held.max_ulp} ulp away (so many floating-point numbers lie between the two): {held.bound_ratio:.1g} of the
    rounding bound, which is computed from the data.
    """
    figures = {"numpy_times": numpy.ratio, "numba_times": compiled.ratio, "max_ulp": held.max_ulp}
    return Outcome(nearest(numpy.ratio, TIMES), [times_table(times)], said, figures)
