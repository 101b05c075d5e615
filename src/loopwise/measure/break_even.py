"""After how many calls has an implementation paid for its compilation?"""

import math
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory

from ..output_files import finite
from .comparison import compare
from .first_call import Start, first_call, is_compiled
from .interleaved import silent


@dataclass(frozen=True)
class Cost:
    """What one implementation costs: once in a process, and for each call."""

    implementation: str
    cold: Start  # with all to compile
    cached: Start  # with all compiled before
    step_seconds: dict

    def total(self, calls, cold=True):
        """Seconds for so many calls in one process; importing is not counted."""
        return (self.cold if cold else self.cached).first_call + (calls - 1) * self.step_seconds["median"]

    def pays_after(self, other, cold=True):
        """From how many calls on its total is less than another's: 1 if at once, infinite if never."""
        ahead = self.total(1, cold) - other.total(1, cold)
        gain = other.step_seconds["median"] - self.step_seconds["median"]
        if ahead < 0 <= gain:
            return 1
        return math.floor(ahead / gain) + 2 if gain > 0 else math.inf


@dataclass
class BreakEven:
    """Every implementation's `Cost`, and the comparison that its steps are from."""

    comparison: object
    costs: list = field(default_factory=list)
    stopped: bool = False

    def as_dict(self):
        """For machines: the schema is in docs/commands.md. Null: never."""
        pays = [
            {
                "implementation": one.implementation,
                "against": other.implementation,
                **{key: finite(one.pays_after(other, cold)) for key, cold in (("cold", True), ("cached", False))},
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
        Seconds for the comparison; the first calls take as long as they take.
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
            result.costs.append(cost_of(row, build, arguments))
    except KeyboardInterrupt:
        result.stopped = True
    return result


def cost_of(row, build, arguments):
    """The first call with an empty cache, which fills it, and once more with what it then holds."""
    with TemporaryDirectory() as cache:
        cold = first_call(row.implementation, build, *arguments, cache=cache)
        compiled = is_compiled(row.implementation)
        cached = first_call(row.implementation, build, *arguments, cache=cache) if compiled else cold
    return Cost(row.implementation, cold, cached, row.step_seconds)
