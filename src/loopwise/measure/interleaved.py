"""Interleaved rounds, so that drift of the machine affects all contenders alike."""

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from ..machine.threads import settle
from ..process.collecting import collecting_paused

SAMPLE_SECONDS = 0.01  # a sample repeats its call until it lasts this long: the clock is then no part of it
EXPENSIVE = 0.1  # seconds: a call that is not repeated without need
LEAST = 6  # rounds at least: fewer paired rounds give no 95 % interval
BEFORE_ROUNDS = -1  # key of the trial call's time, used only where a contender was timed in no round
SLOW = 0.5  # share of the time that the slowest contender may take from the others


@dataclass
class Samples:
    """One contender's times: `seconds[r]` per call in round r; rounds that it sat out are missing.

    `last` is what it returned in its last sample; None where the only call was `known`.
    """

    calls: int = 1
    seconds: dict = field(default_factory=dict)
    last: object = None

    def quartiles(self):
        """Median, lower and upper quartile, and the smallest."""
        values = list(self.seconds.values())
        p25, median, p75 = (float(q) for q in np.percentile(values, (25, 50, 75)))
        return {"median": median, "p25": p25, "p75": p75, "min": min(values), "samples": len(values)}


class ContenderError(Exception):
    """A contender raised an exception, the cause of this one; `name` says which contender."""

    def __init__(self, name):
        super().__init__(name)
        self.name = name


class MayBeLeftOut:
    """A table's row that may stay without a time: `left_out` is why it is not run, or not timed; `note` says so too."""

    left_out = ""

    def leave_out(self, reason):
        """Note why it is not run, or not timed."""
        self.left_out, self.note = reason, f"n/a: {reason}"

    def fields(self):
        """What is told to machines: the note, and not once more why."""
        return {name: value for name, value in vars(self).items() if name != "left_out"}


def silent(text, share):
    """Progress that is not shown."""


def time_left(budget, begun, compile_seconds=0.0):
    """Seconds of a budget that are left for timing: compiling is not counted, and a quarter of it always stays."""
    return max(budget / 4, budget - (time.perf_counter() - begun) + compile_seconds)


@contextmanager
def blamed(name):
    """Whatever is raised here is this contender's; Ctrl-C is the user's."""
    try:
        yield
    except (Exception, SystemExit) as error:
        raise ContenderError(name) from error


def sample(step, calls, warm):
    """Seconds per call, and the last result: wait for quiet, wake the cores where that is cheap, measure `calls`."""
    settle()
    if warm:
        wake(step)
    with collecting_paused():
        start = time.perf_counter()
        for _ in range(calls - 1):
            step()
        last = step()  # the others are dropped: to keep each until the next one is there costs memory, and time
        return (time.perf_counter() - start) / calls, last


def wake(step):
    """Call it for as long as a sample lasts, once at least: threads that slept take milliseconds to come back."""
    awake = time.perf_counter() + SAMPLE_SECONDS
    step()
    while time.perf_counter() < awake:
        step()


def interleave(contenders, budget, seed=0, most_rounds=50, progress=None, known=None):
    """Time every contender in interleaved rounds, in an order that is drawn anew each round.

    Parameters
    ----------
    contenders : dict of str to callable
        Warm: nothing is compiled meanwhile.
    budget : float
        Seconds. Every contender is measured at least once; the slowest sits rounds out rather than take more than
        half of the time.
    progress : callable(share), optional
        Called after each round with the share of the rounds that is over.
    known : dict of str to float, optional
        Seconds of an expensive call that was made, and timed, already: it counts as that contender's first sample.

    Returns
    -------
    samples : dict of str to Samples
    stopped : bool
        Whether Ctrl-C (`KeyboardInterrupt`) ended the rounds; `samples` then holds what was measured so far.

    Raises
    ------
    ContenderError
        A contender raised something.
    """
    rng, stopped, known = np.random.default_rng(seed), False, known or {}
    cost, warm, first = {}, {}, {}  # seconds of a sample, whether it is made warm, and its first call
    samples = {name: Samples() for name in contenders}
    start = time.perf_counter()
    try:
        for name, step in contenders.items():
            begun = time.perf_counter()
            with blamed(name):
                once = known.get(name) or sample(step, 1, warm=False)[0]
                warm[name] = once < EXPENSIVE
                if warm[name]:  # the first call also woke threads: the second one tells the cost
                    once, samples[name].last = sample(step, 1, warm=True)
            samples[name].calls = max(1, int(SAMPLE_SECONDS / once))
            cost[name] = max(once, time.perf_counter() - begun) + max(2 * SAMPLE_SECONDS, once * warm[name])
            first[name] = once
        # However expensive the slowest was, the others keep their share.
        rounds = plan(cost, max(SLOW * budget, budget - (time.perf_counter() - start)), most_rounds)
        total = max(rounds.values())
        for r in range(total):
            running = [name for name in rng.permutation(list(contenders)) if takes_part(r, rounds[name], total)]
            if r > LEAST and time.perf_counter() - start + sum(cost[name] for name in running) > budget:
                break
            for name in running:
                if r == 0 and not warm[name]:  # measured a moment ago, and expensive
                    samples[name].seconds[0] = first[name]
                    continue
                with blamed(name):
                    samples[name].last = None
                    samples[name].seconds[r], samples[name].last = sample(
                        contenders[name], samples[name].calls, warm[name]
                    )
            if progress is not None:
                progress((r + 1) / total)
    except KeyboardInterrupt:
        stopped = True
    for name, once in first.items():
        samples[name].seconds = samples[name].seconds or {BEFORE_ROUNDS: once}
    return {name: measured for name, measured in samples.items() if measured.seconds}, stopped


def plan(cost, seconds, most_rounds):
    """How many rounds each contender takes part in.

    All take part in all rounds, unless the slowest would leave the others fewer than half of the time: then it
    sits rounds out.
    """
    slowest = max(cost, key=cost.get)
    others = sum(cost.values()) - cost[slowest]
    of_all = int(seconds / sum(cost.values()))
    if others == 0 or cost[slowest] <= others:
        return dict.fromkeys(cost, min(most_rounds, max(1, of_all)))
    rounds = dict.fromkeys(cost, min(most_rounds, max(1, int((1 - SLOW) * seconds / others))))
    left = seconds - others * rounds[slowest]
    rounds[slowest] = min(rounds[slowest], max(1, int(left / cost[slowest])))
    return rounds


def takes_part(r, rounds, total):
    """Whether a contender with `rounds` of `total` rounds takes part in round r: evenly spread, the first included."""
    return r * rounds // total != (r - 1) * rounds // total


def paired_ratio(baseline, contender):
    """How many times faster than the baseline: the median ratio of rounds that both took part in.

    Returns
    -------
    dict
        ratio, and low and high: the 95 % confidence interval of the median from order statistics, which assumes
        nothing about the distribution; None where fewer than six pairs leave it open.
    """
    pairs = set(baseline.seconds) & set(contender.seconds)
    ratios = sorted(baseline.seconds[r] / contender.seconds[r] for r in pairs)
    if not ratios:
        return {"ratio": None, "low": None, "high": None}
    below = outside_interval(len(ratios))
    low, high = (ratios[below], ratios[-1 - below]) if below is not None else (None, None)
    return {"ratio": float(np.median(ratios)), "low": low, "high": high}


@cache
def outside_interval(n):
    """How many of n sorted numbers lie below the 95 % confidence interval of their median, and as many above it.

    Each lies below the median as a coin falls, so it is the most, if any, that n coins show in 2.5 % of all throws.
    Exact; SciPy's `quantile_test` finds the same, but takes half a second to be imported.
    """
    heads, ways, throws = 0, 1, 1
    while 40 * throws < 2**n:
        heads += 1
        ways = ways * (n - heads + 1) // heads
        throws += ways
    return heads - 1 if heads else None
