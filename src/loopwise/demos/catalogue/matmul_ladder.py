"""The matmul ladder: one product, nine programs.

Source: goes beyond B "Vectorization": u = A·v as two nested loops
"""

from itertools import pairwise

from numba import get_num_threads

from ...jit.matmul import ladder as rungs
from ...measure.ladder import climb
from ...report import units
from ...report.ladder import ladder_table
from ..demo import Outcome

SIDE, WIDTH = 384, 80
BORDERS = (3, 10, 30)
QUESTION = f"""
The slide's three loops multiply two {SIDE} × {SIDE} matrices, compiled. How many times as fast can a program in the
same language be, on the same machine?
"""
CHOICES = ("up to 3 times", "3 to 10 times", "10 to 30 times", "more than 30 times")
CODE = [rungs.slide, rungs.loop_order]


def measure():
    """Climb: each rung is checked, then timed."""
    ladder = climb((SIDE, SIDE, SIDE), "float64", get_num_threads(), budget=8.0)
    if ladder.stopped:
        raise KeyboardInterrupt
    rows = [row for row in ladder.rows if row.rung is not None and row.gflops]
    bottom, best = rows[0], max(rows, key=lambda row: row.gflops)
    exact = max((row for row in rows if row.contract == "exact"), key=lambda row: row.gflops)
    steps = {above.name: above.gflops / below.gflops for below, above in pairwise(rows)}
    largest = max(steps, key=steps.get)
    times, kept = best.gflops / bottom.gflops, exact.gflops / bottom.gflops
    said = f"""
    The fastest rung, {best.name}, is {units.three(times)} times as fast as the slide's loops:
    {units.three(best.gflops)} against {units.three(bottom.gflops)} GFLOP/s, billions of floating-point operations a
    second. All of them do the same {SIDE}³ multiply-adds. The largest step was {largest}, {units.three(steps[largest])}
    times.

    The best that still has the slide's bits, {exact.name}, is {units.three(kept)} times as fast: each output's sum
    keeps its order, and many outputs are computed at once. Above it, multiply and add are rounded once instead of
    twice.

    What the rungs use: memory is walked in order, several sums advance at once, numbers are used again while they
    are near, and in the end every core works. `loopwise ladder` climbs with sizes of your choice.
    """
    figures = {"times": times, "exact_times": kept, "best": best.name, "gflops": {row.name: row.gflops for row in rows}}
    return Outcome(sum(times > border for border in BORDERS), [ladder_table(ladder, WIDTH)], said, figures)
