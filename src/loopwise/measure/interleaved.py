"""Interleaved rounds, so that drift of the machine affects all contenders alike."""

import time
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from ..machine.load import RunDelay
from ..machine.threads import settle
from .placement import blocks_in_the_way
from .samples import (
    BEFORE_ROUNDS,
    EXPENSIVE,
    SAMPLE_SECONDS,
    WAKE_SECONDS,
    Sample,
    Samples,
    burst_of,
    sample,
    wake,
)

__all__ = ["EXPENSIVE", "SAMPLE_SECONDS", "interleave", "wake"]  # asv measures this commit with `wake`, as former ones

LEAST = 6  # rounds at least: fewer paired rounds give no 95 % interval
MOST = 200  # rounds at most
SLOW = 0.5  # share of the time that the slowest contender may take from the others
AGAIN = 3  # times that a spoilt sample is measured again before its round is given up
RENEWING = 0.1  # share of the time that may go into laying the data elsewhere


class ContenderError(Exception):
    """A contender raised an exception, the cause of this one; `name` says which contender."""

    def __init__(self, name):
        super().__init__(name)
        self.name = name


class MayBeLeftOut:
    """A table's row that may stay without a time: `left_out` is why it is not run, or not timed; `note` says so too.

    `spoilt`: other programs took too much of its times for them to be shown. `at_most`: others had its cores so often
    that its times may be too long.
    """

    left_out, spoilt, at_most = "", False, False

    @property
    def times(self):
        """Its `step_seconds`; None where it has none, and where other programs took too much of them to be shown."""
        return None if self.spoilt else self.step_seconds

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


def interleave(contenders, budget, seed=0, most_rounds=MOST, progress=None, known=None, renew=None, on_result=None):
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
    known : dict of str to Sample, optional
        An expensive call that was made, and timed, already: it counts as that contender's first sample.
    renew : callable(name, rng) -> callable, optional
        The same step on data that lies elsewhere in memory, in a place that is drawn; called before each round, as
        far as a tenth of the time allows.
    on_result : callable(name, result), optional
        Called after each sample with what its last call returned.

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
    start = time.perf_counter()
    with RunDelay() as delay:
        rounds = Rounds(dict(contenders), budget, start, np.random.default_rng(seed), delay, renew, on_result)
        stopped = False
        try:
            rounds.try_each(known or {})
            rounds.run(most_rounds, progress)
        except KeyboardInterrupt:
            stopped = True
    return rounds.measured(), stopped


@dataclass
class Rounds:
    """Rounds on their way.

    Attributes
    ----------
    steps : dict of str to callable
    begun : float
        When the budget began.
    delay : RunDelay
    first : dict of str to Sample
        Each contender's trial call.
    cost : dict of str to float
        Seconds of a sample, with all that belongs to it.
    own : dict of str to set of str
        The threads that each uses.
    """

    steps: dict
    budget: float
    begun: float
    rng: np.random.Generator
    delay: RunDelay
    renew: object = None
    on_result: object = None
    samples: dict = field(default_factory=dict)
    first: dict = field(default_factory=dict)
    cost: dict = field(default_factory=dict)
    own: dict = field(default_factory=dict)
    renewing: float = 0.0
    in_the_way: list = field(default_factory=list)

    @property
    def spent(self):
        """Seconds since the budget began."""
        return time.perf_counter() - self.begun

    def is_warm(self, name):
        """Whether its call is so cheap that a sample begins with others that are not timed."""
        return self.first[name].seconds < EXPENSIVE

    def try_each(self, known):
        """Find out what a call of each costs, how many make a burst, and which threads it uses."""
        for name, step in self.steps.items():
            self.samples[name] = Samples()
            settle()
            before = self.delay.ran()
            with blamed(name):
                self.first[name] = self.cheapest(name, known.get(name))
                settle()  # a thread's time is known exactly when it has stopped
                self.own[name] = {thread for thread, ran in self.delay.ran().items() if ran > before.get(thread, 0)}
                if self.is_warm(name):  # the first call also woke threads
                    quickest = wake(step, min(WAKE_SECONDS, SAMPLE_SECONDS))
                    self.samples[name].calls = burst_of(quickest, SAMPLE_SECONDS)
                    begun = time.perf_counter()
                    self.first[name] = self.take(name)
                    self.cost[name] = time.perf_counter() - begun
                else:
                    self.cost[name] = self.first[name].seconds

    def cheapest(self, name, known=None):
        """A call; one that took long because others ran is made again: it decides how all further ones are made."""
        first = known or self.take(name)
        for _ in range(AGAIN):
            if first.seconds < EXPENSIVE or not first.spoilt or self.spent > SLOW * self.budget:
                break
            first = min(first, self.take(name), key=lambda one: one.seconds)
        return first

    def run(self, most_rounds, progress):
        """All rounds that the budget allows."""
        # However expensive the slowest was, the others keep their share.
        rounds = plan(self.cost, max(SLOW * self.budget, self.budget - self.spent), most_rounds)
        total = max(rounds.values())
        for r in range(total):
            running = [name for name in self.rng.permutation(list(self.steps)) if takes_part(r, rounds[name], total)]
            if r > LEAST and self.spent + sum(self.cost[name] for name in running) > self.budget:
                break
            self.in_the_way = blocks_in_the_way(self.rng)
            if self.renew is not None and self.renewing <= RENEWING * self.spent:
                self.lay_elsewhere(running)
            for name in running:
                if r == 0 and not self.is_warm(name):  # measured a moment ago, and expensive
                    self.samples[name].enter(r, self.first[name])
                else:
                    self.samples[name].enter(r, self.cleanest(name))
            if progress is not None:
                progress((r + 1) / total)

    def lay_elsewhere(self, names):
        """Give contenders their data in other places."""
        begun = time.perf_counter()
        for name in names:
            with blamed(name):
                self.steps[name] = self.renew(name, self.rng)
        self.renewing += time.perf_counter() - begun

    def cleanest(self, name):
        """A sample; where others took from it the cleanest of a few, as far as there is time."""
        best = self.take(name)
        for _ in range(AGAIN):
            if not best.spoilt or self.spent + self.cost[name] > self.budget:
                break
            best = min(best, self.take(name), key=lambda one: one.taken)
        return best

    def take(self, name):
        """A sample of one contender, whose result is looked at; a burst that was too short is longer from now on."""
        own = self.samples[name]
        with blamed(name):
            warm = name in self.first and self.is_warm(name)
            threads = self.own.get(name, ())
            taken = sample(self.steps[name], own.calls, warm, self.delay, SAMPLE_SECONDS, threads)
        if self.on_result is not None:
            self.on_result(name, taken.last)
        own.calls = max(own.calls, min(burst_of(taken.seconds, SAMPLE_SECONDS), 2 * own.calls))
        return Sample(taken.seconds, taken.taken, shared=taken.shared)

    def measured(self):
        """The samples of each that has any; what was timed in no round has its trial call."""
        for name, trial in self.first.items():
            if not self.samples[name].rounds:
                self.samples[name].enter(BEFORE_ROUNDS, trial)
        return {name: own for name, own in self.samples.items() if own.rounds}


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
