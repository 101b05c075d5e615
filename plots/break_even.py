"""Row 11 of COURSE.md: B "Gradient descent on m training data". When has compiling the loop paid?

To see: the first call of a compiled implementation takes seconds if all has to be compiled, less if it was compiled
before. Where its line falls below Python's or NumPy's it has paid; some never do. On the far right the lowest line is
the fastest. Everything is measured while it is drawn, so it needs a quiet machine.
"""

from common import main

from loopwise import workloads
from loopwise.machine.threads import default_threads
from loopwise.measure.break_even import break_even
from loopwise.report.break_even import break_even_figure


def draw(quick=False):
    """`loopwise break-even logistic --plot`, from Python."""
    names, budget = (["python_loops", "numpy_vectorized"], 1.0) if quick else (None, 15.0)
    given = ("logistic", 1000, 30, (32, 10), "relu", "float64")
    return break_even_figure(break_even(workloads.drawn, given, names, budget, default_threads()))


if __name__ == "__main__":
    main(draw, __file__, measures=True)
