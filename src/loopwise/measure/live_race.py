"""A race to watch: the same network, the same start, the same time for each; who gets how far?

All run in one process and take turns: a slice of time each, round after round. Costs of the same step lie on one
another, bit for bit where the contract is exact; the clocks do not.
"""

import time
from dataclasses import dataclass, field

import numpy as np

from ..errors import ImplementationError, check_seconds
from ..implementations import get_implementation, implementations
from ..learning.optimizers import update
from ..learning.training import HyperParameters
from .agreement import ulp_distance
from .comparison import contract_of, meet
from .compilation import compilations
from .machine import threads
from .timing import settle

SLICE = 0.1  # seconds of a turn: short enough to look live, long enough for many steps
TOLD = 100  # places at which the JSON tells a cost


@dataclass
class Runner:
    """One implementation on its way.

    Attributes
    ----------
    step : callable(theta) -> (J, theta)
    costs : list of float
        J before each step.
    seconds : float
        Its own time; what it compiled is not in it.
    """

    name: str
    step: object
    theta: np.ndarray
    compile_seconds: float = 0.0
    costs: list = field(default_factory=list)
    seconds: float = 0.0

    def advance(self, seconds):
        """Take steps for so long, one at least."""
        begun = time.perf_counter()
        until = begun + seconds
        while True:
            J, self.theta = self.step(self.theta)
            self.costs.append(J)
            now = time.perf_counter()
            if now >= until:
                self.seconds += now - begun
                return

    def as_dict(self, first):
        """The runner for machines; `first` is whom its costs are held against."""
        places = np.unique(np.geomspace(1, max(len(self.costs), 1), TOLD).astype(int)) - 1
        return {
            "implementation": self.name,
            "contract": contract_of(self.name),
            "steps": len(self.costs),
            "seconds": self.seconds,
            "compile_seconds": self.compile_seconds,
            "costs": [{"step": int(k) + 1, "J": finite(self.costs[k])} for k in places if k < len(self.costs)],
            "apart": {"vs": first.name, "steps": shared(self, first), "max_ulp": furthest_apart(self, first)},
        }


@dataclass
class Race:
    """Everybody who ran, and who did not.

    Attributes
    ----------
    start : Comparison
        The first step of each, held to its contract; has no times.
    runners : list of Runner
    seconds : float
        What each was given.
    """

    start: object
    alpha: float
    seconds: float
    runners: list = field(default_factory=list)
    stopped: bool = False

    @property
    def agreed(self):
        """Whether all kept their contracts at the start, and the exact ones their bits in every step after it."""
        exact = [runner for runner in self.runners if contract_of(runner.name) == "exact"]
        return self.start.agreed and all(furthest_apart(runner, exact[0]) == 0 for runner in exact)

    def as_dict(self):
        """The race for machines: the schema is in `loopwise race --help`."""
        work = self.start.workload
        return {
            "workload": work.name,
            "data": work.data,
            "sizes": work.sizes,
            "alpha": self.alpha,
            "seconds": self.seconds,
            "machine": self.start.machine,
            "agreed": self.agreed,
            "stopped": self.stopped,
            "runners": [runner.as_dict(self.runners[0]) for runner in self.runners],
            "not_running": not_running(self.start),
        }


def get_ready(workload, names, alpha, seconds, thread_count=1, progress=None):
    """Hold everybody's first step to its contract and compile what there is to compile.

    Parameters
    ----------
    workload : Workload
        A network's step.
    names : sequence of str, optional
        Implementations; all by default.
    alpha : float
        The learning rate of gradient descent.
    seconds : float
        For each; what is compiled does not count.
    thread_count : int
    progress : callable(text, share), optional

    Returns
    -------
    Race
        In which nobody has run.
    """
    check_seconds("seconds", seconds)
    names = list(dict.fromkeys(names or implementations()))
    with threads(thread_count):
        start, _ = meet(workload, names, seconds, thread_count, progress or (lambda text, share: None))
        return Race(start, alpha, seconds, line_up(start, alpha))


def run(race, watch=None):
    """Let everybody train for `race.seconds`, in turns; after each round `watch(race)` is called. Ctrl-C ends it."""
    try:
        with threads(race.start.machine["threads"]):
            while running := [runner for runner in race.runners if runner.seconds < race.seconds]:
                for runner in running:
                    settle()  # the threads of who was last
                    runner.advance(min(SLICE, race.seconds - runner.seconds))
                if watch is not None:
                    watch(race)
    except KeyboardInterrupt:
        race.stopped = True


def line_up(start, alpha):
    """A `Runner` for each that kept its contract, all with the same parameters and nothing left to compile."""
    runners, theta = [], start.workload.inputs["theta"]
    for row in start.rows:
        if row.implementation not in start.contenders:
            continue
        step = stepper(start.workload, get_implementation(row.implementation), alpha)
        try:
            with compilations() as compiled:  # the network's step is compiled already; the update may not be
                step(theta)
        except ImplementationError as error:  # its own file has no update
            start.absent[row.implementation] = str(error)
            continue
        compile_seconds = (row.compile_seconds or 0.0) + compiled.seconds
        runners.append(Runner(row.implementation, step, theta, compile_seconds))
    return runners


def stepper(workload, impl, alpha):
    """One step of gradient descent: the cost before it, and theta after it."""
    inputs = {name: impl.asnative(workload.inputs[name], name) for name in ("X", "Y")}
    hyper = HyperParameters(alpha, epochs=1)

    def step(theta):
        J, gradient = workload.call(impl, inputs | {"theta": theta})
        theta, _ = update(impl, hyper, theta, gradient, (), 1, alpha)
        return J, theta

    return step


def not_running(start):
    """Who stays away, and why."""
    notes = {row.implementation: row.note for row in start.rows if row.implementation not in start.contenders}
    return notes | start.absent


def shared(runner, other):
    """The number of steps that both have taken."""
    return min(len(runner.costs), len(other.costs))


def furthest_apart(runner, other):
    """How many representable numbers lie between their costs, at most, over the steps that both have taken."""
    common = shared(runner, other)
    one, two = np.array(runner.costs[:common]), np.array(other.costs[:common])
    return int(ulp_distance(one, two).max()) if common else 0


def finite(number):
    """JSON has no infinity."""
    return number if np.isfinite(number) else None
