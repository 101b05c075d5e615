"""After how many calls has an implementation paid for its compilation?"""

import math
import time
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory

from ..output_files import finite
from .comparison import compare
from .first_call import Start, first_call, is_compiled
from .interleaved import silent

STARTS = 3  # processes of each kind


@dataclass(frozen=True)
class Cost:
    """What one implementation costs: once in a process, and for each call."""

    implementation: str
    cold: Start  # with all to compile
    cached: Start  # with all compiled before
    step_seconds: dict
    colds: tuple = ()  # the first calls in seconds of every process, of which `cold` is the middle one
    cacheds: tuple = ()

    def total(self, calls, cold=True):
        """Seconds for so many calls in one process; importing is not counted."""
        return (self.cold if cold else self.cached).first_call + (calls - 1) * self.step_seconds["median"]

    def pays_after(self, other, cold=True):
        """From how many calls on its total is less than another's: 1 if at once, infinite if never."""
        ahead = self.total(1, cold) - other.total(1, cold)
        gain = other.step_seconds["median"] - self.step_seconds["median"]
        return calls_for(ahead, gain)

    def pays_between(self, other, ratio, cold=True):
        """(low, high): `pays_after` at the ends of what was seen of the first calls, and of the gain of a step.

        `ratio` is that of paired rounds, how many times as fast as the other one this is; without an interval of it
        nothing is known.
        """
        if not ratio or not ratio["low"]:
            return 1, math.inf
        mine, its = (one.colds if cold else one.cacheds for one in (self, other))
        if not mine or not its:
            return 1, math.inf
        step = self.step_seconds["median"]
        least, most = (step * (ratio[end] - 1) for end in ("low", "high"))
        return calls_for(min(mine) - max(its), most), calls_for(max(mine) - min(its), least)


def calls_for(ahead, gain):
    """After how many calls a gain by each has made up for what was paid ahead; infinite where there is none."""
    if ahead < 0 <= gain:
        return 1
    return math.floor(ahead / gain) + 2 if gain > 0 else math.inf


@dataclass
class BreakEven:
    """Every implementation's `Cost`, and the comparison that its steps are from."""

    comparison: object
    costs: list = field(default_factory=list)
    stopped: bool = False

    def row(self, name):
        """An implementation's row in the comparison."""
        return self.comparison.row(name)

    def is_sure(self, one, other):
        """Whether it is sure which of two has the faster step: without that nothing ever pays."""
        ratio = self.comparison.ratio(other.implementation, one.implementation)
        spoilt = any(self.row(cost.implementation).spoilt for cost in (one, other))
        return bool(ratio and ratio["sure"] and not spoilt)

    def pays_between(self, one, other, cold=True):
        """`Cost.pays_between`, with the comparison's ratio; nothing is known of starts that others made longer."""
        if any((cost.cold if cold else cost.cached).at_most for cost in (one, other)):
            return 1, math.inf
        return one.pays_between(other, self.comparison.ratio(other.implementation, one.implementation), cold)

    def as_dict(self):
        """For machines: the schema is in docs/commands.md. Null: never."""
        pays = [
            {
                "implementation": one.implementation,
                "against": other.implementation,
                **{key: finite(one.pays_after(other, cold)) for key, cold in (("cold", True), ("cached", False))},
                "sure": self.is_sure(one, other),
                **{
                    f"{key}_between": [finite(end) for end in self.pays_between(one, other, cold)]
                    for key, cold in (("cold", True), ("cached", False))
                },
            }
            for one in self.costs
            for other in self.costs
            if one is not other
        ]
        return {
            "comparison": self.comparison.as_dict(),
            "costs": [
                {
                    "implementation": cost.implementation,
                    "cold": vars(cost.cold),
                    "cached": vars(cost.cached),
                    "step_seconds": cost.step_seconds,
                    "starts": len(cost.colds),
                }
                for cost in self.costs
            ],
            "pays_after": pays,
            "stopped": self.stopped,
        }


def break_even(build, arguments, names=None, budget=10.0, thread_count=1, seed=0, progress=None):
    """Compare a workload, and make its first call in processes of their own, with and without compiled code.

    Parameters
    ----------
    build : callable
        Makes the workload of `arguments`; a function that another process can import.
    names : sequence of str, optional
    budget : float
        Seconds for the comparison; the first calls take as long as they take, and where one implementation's took less
        than this, they are made again.
    progress : callable(text, share), optional

    Returns
    -------
    BreakEven
        After Ctrl-C what was measured until then, and `stopped`.
    """
    progress = progress or silent
    comparison = compare(
        build(*arguments), names, budget=budget, thread_count=thread_count, seed=seed, progress=progress
    )
    result = BreakEven(comparison)
    result.stopped = result.comparison.stopped
    rows = [row for row in result.comparison.rows if row.step_seconds]
    try:
        for k, row in enumerate(rows if not result.stopped else ()):
            progress(f"{row.implementation}: a new process", k / len(rows))
            result.costs.append(cost_of(row, build, arguments, budget))
    except KeyboardInterrupt:
        result.stopped = True
    return result


def cost_of(row, build, arguments, seconds=10.0):
    """First calls with an empty cache, and with what that one left there: a few of each, as far as there is time.

    After `seconds` no more are made than one of each.
    """
    name, colds, cacheds, begun = row.implementation, [], [], time.perf_counter()
    while not colds or (len(colds) < STARTS and time.perf_counter() - begun < seconds):
        with TemporaryDirectory() as cache:
            colds.append(first_call(name, build, *arguments, cache=cache))
            if is_compiled(name):
                cacheds.append(first_call(name, build, *arguments, cache=cache))
    cacheds = cacheds or colds
    told = (tuple(start.first_call for start in starts) for starts in (colds, cacheds))
    return Cost(name, middle(colds), middle(cacheds), row.step_seconds, *told)


def middle(starts):
    """The one with the median first call."""
    return sorted(starts, key=lambda start: start.first_call)[(len(starts) - 1) // 2]
