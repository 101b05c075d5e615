"""One sample: a few milliseconds of calls in short bursts, of which those count that had their cores to themselves.

A mean over all calls would hold every interruption. So the calls are timed in bursts of about half a millisecond, and
for each the system tells how long this process's threads had to wait for a core meanwhile (`machine/load.py`). The
sample's value is the median of the bursts in which that was hardly any time.
"""

import math
import time
from dataclasses import dataclass, field

import numpy as np

from ..machine.load import RunDelay
from ..machine.threads import settle
from ..process.collecting import collecting_paused

BURST_SECONDS = 0.0005  # a burst repeats its call until it lasts about this long: the clock is then no part of it
SAMPLE_SECONDS = 0.005
WAKE_SECONDS = 0.002
EXPENSIVE = 0.1  # seconds: a call that is not repeated without need
TAKEN = 0.02  # share of a burst that others may have taken; in a single call of a long step, too
FAR_OFF = 1.3  # a time of which others took 1 − 1 / 1.3 is at most so many times what it would be without them
BEARABLE = 1 - 1 / FAR_OFF
SHARED = 0.05  # share of bursts of which others took more than that: after each of them caches are cold
BEFORE_ROUNDS = -1  # key of the trial call's time, used only where a contender was timed in no round
ENOUGH = 6  # clean samples: fewer paired rounds give no 95 % interval


@dataclass(frozen=True)
class Sample:
    """Seconds per call, which share of its time others took, and what the last call returned.

    `shared` is the share of its bursts in which others had a core for a while.
    """

    seconds: float
    taken: float = 0.0
    last: object = None
    shared: float = 0.0

    @property
    def spoilt(self):
        """Whether others took too much of it."""
        return self.taken > TAKEN


@dataclass
class Samples:
    """One contender's times: `seconds[r]` per call in round r; rounds that it sat out are missing.

    Attributes
    ----------
    seconds : dict of int to float
        Of rounds that were not spoilt.
    spoilt : dict of int to Sample
        Rounds in which other programs took too much of every try.
    shared : dict of int to float
        In each round, in which share of its bursts others had a core for a while.
    calls : int
        In a burst.
    """

    calls: int = 1
    seconds: dict = field(default_factory=dict)
    spoilt: dict = field(default_factory=dict)
    shared: dict = field(default_factory=dict)

    def enter(self, r, sample):
        """Note the sample of a round."""
        self.shared[r] = sample.shared
        if sample.spoilt:
            self.spoilt[r] = sample
        else:
            self.seconds[r] = sample.seconds

    @property
    def rounds(self):
        """In how many rounds it took part."""
        return len(self.seconds) + len(self.spoilt)

    @property
    def is_disturbed(self):
        """Whether too few rounds are clean: fewer than half, unless those are enough by themselves."""
        return len(self.seconds) < min(ENOUGH, max(1, len(self.spoilt)))

    @property
    def bearable(self):
        """Rounds of which others took so little that the time cannot be off by more than `FAR_OFF`."""
        return {r: one.seconds for r, one in self.spoilt.items() if one.taken <= BEARABLE}

    @property
    def is_spoilt(self):
        """Whether too few rounds are at least bearable to give a figure."""
        known = len(self.seconds) + len(self.bearable)
        return self.is_disturbed and known < min(ENOUGH, max(1, self.rounds - known))

    @property
    def is_at_most(self):
        """Whether others had its cores so often that the time of the other bursts, too, may be too long."""
        return bool(self.shared) and float(np.mean(list(self.shared.values()))) > SHARED

    @property
    def taken(self):
        """The share of its time that others took: the median of its spoilt samples; 0 where it has none."""
        return float(np.median([one.taken for one in self.spoilt.values()])) if self.spoilt else 0.0

    @property
    def told(self):
        """`seconds`; where too few are clean, with those that are bearable, and where those are too few, with all."""
        if not self.is_disturbed:
            return self.seconds
        return self.every if self.is_spoilt else self.seconds | self.bearable

    @property
    def every(self):
        """Of every round, whatever others took of it."""
        return self.seconds | {r: one.seconds for r, one in self.spoilt.items()}

    def off_by(self, rounds):
        """How many times too long the times of some rounds may be, by what others took of them; 1 for clean ones."""
        taken = max((self.spoilt[r].taken for r in rounds if r in self.spoilt), default=0.0)
        return 1 / (1 - taken) if taken < 1 else math.inf

    def quartiles(self):
        """Median, lower and upper quartile, and the smallest."""
        values = list(self.told.values())
        p25, median, p75 = (float(q) for q in np.percentile(values, (25, 50, 75)))
        return {"median": median, "p25": p25, "p75": p75, "min": min(values), "samples": len(values)}


def spoilt(measured):
    """What is said instead of a figure."""
    return f"other programs took {measured.taken:.0%} of its time in {len(measured.spoilt)} of {measured.rounds} rounds"


def sample(step, calls, warm, delay, lasting=SAMPLE_SECONDS, own=()):
    """Wait for quiet, wake the cores where that is cheap, and time bursts of `calls` for a sample's time.

    Parameters
    ----------
    step : callable()
    calls : int
    warm : bool
    delay : RunDelay
    lasting : float
        Seconds, of one that is warm.
    own : collection of str
        Threads that the step uses itself: they may be busy when it begins.

    Returns
    -------
    Sample
    """
    settle(own=own)
    if warm:
        wake(step, min(WAKE_SECONDS, lasting))
    delay.look_for_threads()
    seconds, waited, last = [], [], None
    with collecting_paused():
        end = time.perf_counter() + (lasting if warm else 0.0)
        while not seconds or time.perf_counter() < end:
            last = None  # to keep each until the next one is there costs memory, and time
            before = delay.seconds()
            begun = time.perf_counter()
            for _ in range(calls - 1):
                step()
            last = step()
            seconds.append(time.perf_counter() - begun)
            waited.append(delay.seconds() - before)
    return of_bursts(np.array(seconds), np.array(waited), calls, last)


def watched(step):
    """Call it once, whatever belongs to a first call, and watch what others take meanwhile; returns a `Sample`."""
    with RunDelay() as delay:
        before = delay.seconds()
        begun = time.perf_counter()
        result = step()
        seconds = time.perf_counter() - begun
        delay.look_for_threads()
        taken = (delay.seconds() - before) / seconds
        return Sample(seconds, taken, result, float(taken > BEARABLE))


def of_bursts(seconds, waited, calls, last):
    """The median of the bursts in which nobody waited for a core; where all did, of all."""
    taken = waited / seconds
    clean, shared = taken <= TAKEN, float(np.mean(taken > BEARABLE))
    if not clean.any():
        return Sample(float(np.median(seconds)) / calls, float(np.median(taken)), last, shared)
    return Sample(float(np.median(seconds[clean])) / calls, 0.0, last, shared)


def wake(step, seconds=WAKE_SECONDS):
    """Call it for a while, once at least: threads that slept take milliseconds to come back.

    Returns the seconds of its quickest call: any one of them may have been interrupted.
    """
    begun = now = time.perf_counter()
    quickest = np.inf
    while now < begun + seconds or quickest == np.inf:
        before = now
        step()
        now = time.perf_counter()
        quickest = min(quickest, now - before)
    return quickest


def burst_of(seconds, lasting=SAMPLE_SECONDS):
    """How many calls of so many seconds make a burst, which is never longer than a sample."""
    return max(1, round(min(BURST_SECONDS, lasting) / max(seconds, 1e-9)))
