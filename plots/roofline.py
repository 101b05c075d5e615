"""Row 2 of COURSE.md: B "Vectorization". How fast a loop can be at all: the roofline, with our work on it.

To see: left of the bend a step waits for memory, right of it for the multiplier. One pass over X in logistic regression
does half an operation for each byte: however clever, no implementation of it comes near the peak. A product of matrices
does. Limits and points are measured while it is drawn, so it needs a quiet machine.
"""

from common import main

from loopwise.machine import limits
from loopwise.machine.card import card
from loopwise.machine.load import Load
from loopwise.machine.threads import default_threads
from loopwise.machine.threads import threads as with_threads
from loopwise.measure.roofline import example_workloads, measured_points
from loopwise.report.roofline import roofline_figure


def draw(quick=False):
    """The limits first, then the timing of each workload."""
    count, load = default_threads(), Load()
    with with_threads(count):
        measured = limits.measure(count, seconds=0.02 if quick else 0.2)
        points = measured_points(count, budget=0.5 if quick else 4.0, works=example_workloads(0.05 if quick else 1.0))
        return roofline_figure(measured, card(count) | {"load": load.so_far()}, points)


if __name__ == "__main__":
    main(draw, __file__, measures=True)
