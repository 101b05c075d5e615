"""Time and memory against a size, from tiny to large, and where one implementation overtakes another."""

import math
import time
from dataclasses import dataclass, field
from itertools import pairwise, permutations

from ..implementations import get_implementation, implementation_names
from ..machine.threads import threads
from ..process.notebook import shown_in_notebooks
from ..validation import validate_seconds
from .comparison import compare
from .first_call import first_call, is_compiled
from .interleaved import silent
from .memory import peak_beside_results

LONGEST_TRACED_STEP = (
    0.05  # seconds: a longer step is not made again just to see its memory; Python is slow to be traced
)


@dataclass(frozen=True)
class Crossover:
    """From a size on, one implementation is faster than another that was faster before.

    Attributes
    ----------
    at : float
        Where straight lines between two sizes meet, on logarithmic axes.
    low, high : float
        Those two sizes: at the smaller one it is slower for sure, at the larger one faster.
    """

    overtakes: str
    overtaken: str
    at: float
    low: float = 0.0
    high: float = 0.0


@dataclass
class Sweep:
    """A comparison for each size, and what was measured beside.

    Attributes
    ----------
    over : str
        The symbol that grows.
    comparisons : dict of int to Comparison
    temporaries : dict of (str, int) to int
        Bytes at the peak of a step, beside its results, by implementation and size.
    compile_seconds : dict of str to float
        Cold: from an empty cache, in a process of its own.
    compile_at_most : list of str
        Of which implementations other programs made that longer.
    left : dict of str to str
        Which implementations stopped taking part, and why.
    """

    over: str
    comparisons: dict = field(default_factory=dict)
    temporaries: dict = field(default_factory=dict)
    compile_seconds: dict = field(default_factory=dict)
    compile_at_most: list = field(default_factory=list)
    left: dict = field(default_factory=dict)
    stopped: bool = False

    _repr_html_ = shown_in_notebooks

    @property
    def agreed(self):
        """Whether every implementation kept its contract at every size."""
        return all(comparison.agreed for comparison in self.comparisons.values())

    @property
    def workload(self):
        """The work at the first size."""
        return next(iter(self.comparisons.values())).workload

    @property
    def machine(self):
        """The machine card, with the load of the size beside which most else ran."""
        *_, last = cards = [comparison.machine for comparison in self.comparisons.values()]
        loads = [card["load"] for card in cards if "load" in card]
        return last | {"load": max(loads, key=lambda load: sum(load.values()))} if loads else last

    def steps(self, name):
        """One implementation's times: `{size: step_seconds}`."""
        rows = {size: comparison.row(name) for size, comparison in self.comparisons.items()}
        return {size: row.step_seconds for size, row in rows.items() if row and row.step_seconds}

    def row(self, name, size):
        """An implementation's row at a size, or None."""
        return self.comparisons[size].row(name)

    def ratios(self, one, other):
        """How many times as fast as another one implementation is: `{size: ratio}`, of paired rounds."""
        found = {size: comparison.ratio(other, one) for size, comparison in self.comparisons.items()}
        return {size: ratio for size, ratio in found.items() if ratio and ratio["ratio"]}

    def paired(self, one, other):
        """`ratios`; None where no size has samples, as of times that were not measured here."""
        known = any(comparison.samples for comparison in self.comparisons.values())
        return self.ratios(one, other) if known else None

    def times(self, name):
        """Those of `steps` that are to be shown: not where other programs took too much of them."""
        rows = {size: comparison.row(name) for size, comparison in self.comparisons.items()}
        return {size: row.times for size, row in rows.items() if row and row.times}

    @property
    def names(self):
        """The implementations that have a time at some size."""
        known = [row.implementation for comparison in self.comparisons.values() for row in comparison.rows]
        return [name for name in dict.fromkeys(known) if self.steps(name)]

    def crossovers(self):
        """Every `Crossover`, in order of size."""
        found = [
            crossover
            for one, other in permutations(self.names, 2)
            for crossover in overtakings(one, self.steps(one), other, self.steps(other), self.paired(one, other))
        ]
        return sorted(found, key=lambda crossover: crossover.at)

    def as_dict(self):
        """The sweep for machines: the schema is in docs/commands.md."""
        return {
            "over": self.over,
            "sizes": list(self.comparisons),
            "comparisons": [comparison.as_dict() for comparison in self.comparisons.values()],
            "crossovers": [vars(crossover) for crossover in self.crossovers()],
            "temporary_bytes": [
                {"implementation": name, "size": size, "bytes": most} for (name, size), most in self.temporaries.items()
            ],
            "compile_seconds": self.compile_seconds,
            "compile_at_most": self.compile_at_most,
            "left": self.left,
            "stopped": self.stopped,
        }


def sweep(build, sizes, over, names=None, budget=60.0, thread_count=1, seed=0, cold=True, progress=None):
    """Compare implementations at one size after the other.

    Parameters
    ----------
    build : callable(int) -> Workload
        A function that another process can import, or a `functools.partial` of one.
    sizes : sequence of int
        Growing.
    over : str
        What grows: "m", "n_x", "width" or "depth".
    names : sequence of str, optional
    budget : float
        Seconds for all sizes together, compiling excepted. A step that takes more than half of its size's share is
        left out there and at all larger sizes.
    thread_count, seed : int
    cold : bool
        Also compile everything once more from an empty cache, to tell what that costs.
    progress : callable(text, share), optional

    Returns
    -------
    Sweep
        After Ctrl-C what was measured until then, and `stopped`.
    """
    validate_seconds("budget", budget)
    progress = progress or silent
    running, result = list(names or implementation_names()), Sweep(over)
    deadline = time.perf_counter() + budget
    try:
        for k, size in enumerate(sizes):
            share = max(0.5, (deadline - time.perf_counter()) / (len(sizes) - k))
            tell = lambda text, part, k=k, n=size: progress(f"{over} = {n}: {text}", (k + part) / len(sizes))  # noqa: E731
            comparison = compare(
                build(size), running, budget=share, thread_count=thread_count, seed=seed, progress=tell
            )
            deadline += comparison.compile_seconds
            result.comparisons[size] = comparison
            running = remaining_contenders(result, size, running)
            result.temporaries |= temporaries(comparison, size, thread_count)
            if comparison.stopped:
                raise KeyboardInterrupt
            if not running:
                break
        for name in filter(is_compiled, result.names if cold else ()):
            progress(f"{name}: compiling from nothing", 1.0)
            start = first_call(name, build, sizes[0])
            result.compile_seconds[name] = start.compiling
            result.compile_at_most += [name] * start.at_most
    except KeyboardInterrupt:
        result.stopped = True
    return result


def remaining_contenders(result, size, running):
    """The contenders at the next size: those that had a time, or at least agreed, at this one."""
    stay = []
    for name in running:
        row = result.row(name, size)
        if row is None:  # it lacks an operation
            result.left[name] = result.comparisons[size].absent[name]
        elif row.step_seconds:
            stay.append(name)
        else:
            result.left[name] = f"{result.over} = {size}: {row.left_out or row.note}"
    return stay


def temporaries(comparison, size, thread_count):
    """Bytes beside the results at the peak of one step, for each implementation quick enough to be traced."""
    found = {}
    with threads(thread_count):
        for row in comparison.rows:
            if row.step_seconds and row.step_seconds["median"] <= LONGEST_TRACED_STEP:
                step = comparison.workload.bind(get_implementation(row.implementation))
                found[row.implementation, size] = peak_beside_results(step)
    return found


def overtakings(one, its_steps, other, others_steps, ratios=None):
    """Where `one` becomes faster than `other`: between two sizes at which it is sure which is faster.

    `ratios`, by size, are those of paired rounds; where there are none at all the quartiles must tell.
    """
    surely = []  # (size, logarithm of the ratio of times), where it is sure
    for size in sorted(set(its_steps) & set(others_steps)):
        mine, theirs, ratio = its_steps[size], others_steps[size], (ratios or {}).get(size)
        if ratio and ratio["sure"]:
            surely.append((size, -math.log(ratio["ratio"])))
        elif ratios is None and (mine["p75"] < theirs["p25"] or theirs["p75"] < mine["p25"]):
            surely.append((size, math.log(mine["median"] / theirs["median"])))
    for (small, before), (large, after) in pairwise(surely):
        if before > 0 > after:
            part = before / (before - after)
            yield Crossover(one, other, small * (large / small) ** part, small, large)
