"""Row 12 of COURSE.md: B "Vectorization", P. Logistic regression from 16 examples to 65536, in every implementation.

To see: small, a call of NumPy costs more than the work, and the compiled loop wins; large, memory and cores decide.
Dotted: where one overtakes another, in the colour of what then leads. Below, what a step puts into memory on its way:
array expressions, and numba_parallel, need room that grows with m; the loops do not. (A step of more than 50 ms is not
traced.) Everything is measured while it is drawn, so it needs a quiet machine.
"""

from functools import partial

from common import main

from loopwise import workloads
from loopwise.machine.threads import default_threads
from loopwise.measure.sweep import sweep
from loopwise.report.sweep import sweep_figure


def draw(quick=False):
    """`loopwise sweep logistic --plot`, from Python."""
    sizes, budget = ([4, 64], 1.0) if quick else (workloads.GROWS["m"], 60.0)
    build = partial(workloads.grown, work="logistic")
    return sweep_figure(sweep(build, sizes, "m", None, budget, default_threads(), cold=not quick))


if __name__ == "__main__":
    main(draw, __file__, measures=True)
