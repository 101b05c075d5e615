"""How a step is timed: nothing is compiled in a sample, and a sample is long enough for the clock."""

import time

from loopwise import get_implementation
from loopwise.measure.interleaved import wake

SAMPLE_SECONDS = 0.01  # of all commits alike


class Timed:
    """One call of a workload, in a sample of as many calls as last ten milliseconds.

    With a `setup`, asv (asv_runner 0.3) times every call by itself: too short for its clock where a call takes a
    microsecond. So the loop stands in the benchmark, and the clock is divided by the number of calls: what asv keeps
    is seconds per call.
    """

    rounds = 1
    repeat = (3, 9, 0.5)  # samples at least, at most, and seconds after which the least are enough
    warmup_time = 0  # `prepare` does it
    timeout = 120
    step = None

    def prepare(self, implementation, build, *sizes):
        """Build the work, compile it, and find out how many calls a sample has; asv asks before every sample."""
        if self.step is not None:
            return
        self.work, self.implementation = build(*sizes), get_implementation(implementation)
        self.step = self.work.bind(self.implementation)
        self.step()  # compiled, or loaded from the cache
        wake(self.step)
        begun = time.perf_counter()
        self.step()
        self.calls = max(1, round(SAMPLE_SECONDS / (time.perf_counter() - begun)))
        self.timer = lambda: time.perf_counter() / self.calls

    def sample(self):
        """What is timed."""
        step = self.step
        for _ in range(self.calls):
            step()
