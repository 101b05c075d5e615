"""Row 2 of COURSE.md: B "Vectorization". The matmul ladder: one product, nine programs.

To see: the slide's loop uses a hundredth of one core. Turning two loops round makes it tens of times as fast without
changing a bit; tiles and packing feed the caches; sums in registers, memory that works ahead and the other cores do the
rest, until the machine's peak is near. Everything is measured while it is drawn, so it needs a quiet machine.
"""

from common import main

from loopwise.machine.threads import default_threads
from loopwise.measure.ladder import climb
from loopwise.report.ladder import ladder_figure


def draw(quick=False):
    """Climb, then draw the bars."""
    size = 48 if quick else 1024
    return ladder_figure(climb((size, size, size), "float64", default_threads(), budget=1.0 if quick else 60.0))


if __name__ == "__main__":
    main(draw, __file__, measures=True)
