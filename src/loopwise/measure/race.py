"""A race to watch: the same network, the same start, the same time for each; which gets how far?

All run in one process and take turns: a slice of time each, round after round. At the same step all have the same
cost, bit for bit where the contract is exact; they reach it at different times. Each is held to its contract twice: in
its first step, and in one of its last. Where an implementation supplies `train_epochs` it is used, as in training: a
step is an epoch, and many are one call; their bits are held to those of its steps before the start.
"""

from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np

from ..contract.agreement import agreement, bounds, wider_bounds
from ..errors import ImplementationError, one_line
from ..implementations import get_implementation, implementation_names
from ..learning.architecture import Architecture
from ..learning.divergence import first_not_finite, overflows
from ..learning.training import train
from ..machine.load import Load, RunDelay
from ..machine.threads import settle, threads
from ..validation import validate_seconds
from ..workloads import training_step
from .compilations import compilations
from .first_calls import REFERENCE, STAND_IN, check_first_calls, contract_of, is_own
from .interleaved import silent
from .runner import Runner, furthest_apart

SLICE = 0.1  # seconds of a turn: short enough to look live, long enough for many steps


@dataclass
class Race:
    """All runners, and which implementations did not run.

    Attributes
    ----------
    first_steps : Comparison
        The first step of each, held to its contract; has no times.
    runners : list of Runner
    seconds : float
        What each was given.
    """

    first_steps: object
    alpha: float
    seconds: float
    runners: list = field(default_factory=list)
    stopped: bool = False

    @property
    def agreed(self):
        """Whether all that ran kept their contracts, and any did run."""
        return bool(self.runners) and self.first_steps.agreed and not any(runner.wrong for runner in self.runners)

    @property
    def first(self):
        """The runner that the others' costs are compared with: the reference, else its stand-in, else the first."""
        return min(self.runners, key=lambda runner: (runner.name != REFERENCE, runner.name != STAND_IN))

    @property
    def slowest(self):
        """The runner with the fewest steps, of those that took any; None where none did."""
        return min((one for one in self.runners if one.costs), key=lambda one: len(one.costs), default=None)

    def as_dict(self):
        """The race for machines: the schema is in docs/commands.md."""
        work = self.first_steps.workload
        return {
            "workload": work.name,
            "data": work.data,
            "sizes": work.sizes,
            "alpha": self.alpha,
            "seconds": self.seconds,
            "machine": self.first_steps.machine,
            "agreed": self.agreed,
            "stopped": self.stopped,
            "runners": [runner.as_dict(self.first) for runner in self.runners],
            "not_running": absent_runners(self.first_steps),
        }


def get_ready(workload, names, alpha, seconds, thread_count=1, progress=None):
    """Hold the first step of each implementation to its contract, and compile what must be compiled.

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
        Before its first step.
    """
    validate_seconds("seconds", seconds)
    names = list(dict.fromkeys(names or implementation_names()))
    with threads(thread_count), np.errstate(all="ignore"):
        step = training_step(workload, alpha)
        start = check_first_calls(step, names, seconds, thread_count, progress or silent).comparison
        return Race(start, alpha, seconds, line_up(start, alpha))


def run(race, watch=None):
    """Let all runners train for `race.seconds` each, in turns; `watch(race)` after each round. Ctrl-C ends it.

    In the end one of the last steps of each is held to its contract, and exact implementations must have the same bits.
    """
    load = Load()
    # What is not finite is a verdict.
    with threads(race.first_steps.machine["threads"]), np.errstate(all="ignore"), RunDelay() as delay:
        try:
            for r in count():
                running = [one for one in race.runners if one.seconds < race.seconds and not one.wrong]
                if not running:
                    break
                for runner in running:
                    settle()  # the threads of the one before
                    take_turn(runner, r, min(SLICE, race.seconds - runner.seconds), delay)
                    runner.wrong = runner.wrong or not_finite(race, runner)
                if watch is not None:
                    watch(race)
        except KeyboardInterrupt:
            race.stopped = True
        race.first_steps.machine["load"] = load.so_far()
        for runner in race.runners:
            runner.wrong = runner.wrong or broken(race, runner)


def take_turn(runner, r, seconds, delay):
    """Let a runner have its slice of time, and note how much of it other programs took."""
    waited, steps, spent = delay.seconds(), len(runner.costs), runner.seconds
    runner.advance(seconds)
    delay.look_for_threads()
    runner.enter(r, len(runner.costs) - steps, runner.seconds - spent, delay.seconds() - waited)


def line_up(start, alpha):
    """A `Runner` for each that kept its contract, with arrays of its own and nothing left to compile."""
    runners = []
    for row in start.rows:
        if row.implementation not in start.contenders:
            continue
        theta, impl = start.workload.inputs["theta"].copy(), get_implementation(row.implementation)
        runner = Runner(row.implementation, theta, *steppers(start.workload, alpha, impl))
        try:
            with compilations() as compiled:
                runner.step(theta.copy())
                runner.wrong = unlike_steps(runner)
        except ImplementationError as error:  # its own file lacks an operation
            start.absent[row.implementation] = str(error)
            continue
        runner.compile_seconds = (row.compile_seconds or 0.0) + compiled.seconds
        runners.append(runner)
    return runners


def steppers(work, alpha, impl):
    """One step of training, and many, on copies of the data: an implementation that changes them changes its own."""
    inputs = {name: impl.asnative(work.inputs[name].copy(), name) for name in ("X", "Y")}
    model = Architecture(work.sizes["layer_sizes"], work.sizes["activations"], work.sizes["loss"])

    def step(theta):
        return work.call(impl, inputs | {"theta": theta})

    def epochs(theta, count):
        if first_not_finite({"theta": theta}):
            return None
        state = train(impl, model, theta, *inputs.values(), alpha=alpha, epochs=count)
        if state.stopped == "interrupted":
            raise KeyboardInterrupt
        return (list(state.costs), state.theta) if state.stopped == "epochs" else None

    return step, epochs if impl.train_epochs is not None else None


def unlike_steps(runner):
    """How two epochs in one call differ from two steps; empty where no bit does, or where steps are all there is."""
    if runner.epochs is None:
        return ""
    try:
        done = runner.epochs(runner.theta.copy(), 2)
    except (Exception, SystemExit) as error:
        return f"failed in its train_epochs: {one_line(error)}"
    first, theta = runner.step(runner.theta.copy())
    second, theta = runner.step(theta)
    same = done is None or (done[0] == [first, second] and np.array_equal(done[1], theta))
    return "" if same else "disagrees: two epochs in one call have not the bits of two steps"


# === agreement ========================================================================================


def not_finite(race, runner):
    """From which step on a runner's numbers are inf or NaN; empty where they were not, or the reference overflows too.

    NaN equals nothing, so a runner is not held against what the reference makes of its NaN, but of the last finite
    theta before: the steps are made again from there, outside of its time.
    """
    lost = first_not_finite({"J": runner.costs[runner.taken :], "theta": runner.theta})
    if runner.overflowed or lost is None:
        return ""
    theta = last_finite(runner)
    runner.overflowed = theta is not None and overflows(tuple(expected_after(race, theta).values()))
    if runner.overflowed:
        return ""
    name, value = lost
    known = ~np.isfinite(runner.costs)
    step = int(known.argmax()) if known.any() else len(runner.costs)  # a theta that is lost is the next step's
    return f"disagrees: its {name} is {value:g} from step {step + 1} on"


def last_finite(runner):
    """The last finite theta: the step from it gives inf or NaN; None where no step does when repeated."""
    theta, *_ = runner.checked_step
    for _ in range(runner.taken, len(runner.costs)):
        try:
            J, after = runner.step(theta.copy())
        except (Exception, SystemExit):
            return None
        if first_not_finite({"J": J, "theta": after}):
            return theta
        theta = after
    return None


def expected_after(race, theta):
    """The reference's J at theta, and the theta after its step."""
    return workload_at(race, theta).outputs(get_implementation(race.first_steps.reference))


def workload_at(race, theta):
    """The race's workload with this theta."""
    return replace(race.first_steps.workload, inputs=race.first_steps.workload.inputs | {"theta": theta})


def broken(race, runner):
    """How a runner broke its contract in the end; empty when it kept it."""
    if runner.checked_step is None:
        return ""
    if lost := not_finite(race, runner):
        return lost
    theta, J, after = runner.checked_step
    if not runner.overflowed:
        expected, work = expected_after(race, theta), workload_at(race, theta)
        bound = wider_bounds(work) if is_own(runner.name) else bounds(work)
        held = agreement({"J": J, "theta": after}, expected, contract_of(runner.name), bound, work.dtype)
        if not held.passed:
            return f"disagrees in one of its last steps: {held.worst}"
    exact = contract_of(runner.name) == contract_of(race.first.name) == "exact"
    if exact and furthest_apart(runner, race.first):
        return f"disagrees: its costs have not the bits of {race.first.name}"
    return ""


def absent_runners(start):
    """Implementations that do not run, and why."""
    notes = {row.implementation: row.note for row in start.rows if row.implementation not in start.contenders}
    return notes | start.absent
