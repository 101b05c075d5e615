"""The matmul ladder: one product, eight programs.

Source: B "Vectorization": u = A·v as two nested loops
"""

from ...kernels import ladder as rungs
from ...measure.ladder import climb
from ...measure.machine import default_threads
from ...report import units
from ...report.ladder import ladder_table
from ..story import Seen, nearest

SIDE, WIDTH = 384, 80
QUESTION = f"""
The slide's three loops multiply two {SIDE} × {SIDE} matrices, compiled. How many times as fast can a program in the
same language be, on the same machine?
"""
TIMES = (2, 10, 50, 250)
CHOICES = ("about 2 times", "about 10 times", "about 50 times", "about 250 times")
CODE = [rungs.slide, rungs.loop_order]


def measure():
    """Climb: each rung is checked, then timed."""
    ladder = climb((SIDE, SIDE, SIDE), "float64", default_threads(), budget=8.0)
    if ladder.stopped:
        raise KeyboardInterrupt
    rows = [row for row in ladder.rows if row.rung is not None and row.gflops]
    bottom, top = rows[0], rows[-1]
    best = max(rows, key=lambda row: row.gflops)
    times = best.gflops / bottom.gflops
    exact = max((row for row in rows if row.contract == "exact"), key=lambda row: row.gflops)
    said = f"""
    The fastest rung, {best.name}, is {units.three(times)} times as fast as the slide's loops
    ({units.three(best.gflops)} against {units.three(bottom.gflops)} GFLOP/s). All of them do the same {SIDE}³
    multiply-adds.

    The best that still has the slide's bits, {exact.name}, is {units.three(exact.gflops / bottom.gflops)} times as
    fast: each output's sum keeps its order, and many outputs are computed at once.

    What the steps have in common: numbers are used again while they are near. `loopwise ladder` climbs with sizes
    of your choice and compares with NumPy and with the machine's peak.
    """
    figures = {"times": times, "exact_times": exact.gflops / bottom.gflops, "rungs": {r.name: r.gflops for r in rows}}
    return Seen(nearest(times, TIMES), [ladder_table(ladder, WIDTH)], said, figures | {"top": top.name})
