"""One implementation in a race: its steps, its costs, its time."""

import time
from dataclasses import dataclass, field

import numpy as np

from ..contract.agreement import ulp_distance
from ..errors import one_line
from ..output_files import finite
from .first_calls import contract_of
from .samples import BEARABLE, Sample, Samples

LISTED = 100  # steps whose costs are in the JSON
GROWTH = 32  # times as many epochs in a call as in the one before, at most


@dataclass
class Runner:
    """One implementation on its way, with arrays of its own.

    Attributes
    ----------
    step : callable(theta) -> (J, theta)
    epochs : callable(theta, count) -> (costs, theta) or None, optional
        So many steps in one call, where the implementation supplies that; None where they do not stay finite.
    costs : list of float
        J before each step.
    seconds : float
        Its own time; what it compiled is not in it.
    slices : Samples
        Seconds of a step in each of its turns; in which of them other programs took how much.
    waited : float
        Seconds that its threads waited for a core meanwhile, while other programs ran.
    checked_step : tuple
        theta, J and the theta after it, of the first step of its last slice.
    taken : int
        Steps taken before `checked_step`.
    overflowed : bool
        Whether its numbers have left the floating-point numbers where the reference's do: too large an alpha.
    wrong : str
        What it raised, or how it broke its contract; empty when all is well.
    """

    name: str
    theta: np.ndarray
    step: object
    epochs: object = None
    compile_seconds: float = 0.0
    costs: list = field(default_factory=list)
    seconds: float = 0.0
    slices: Samples = field(default_factory=Samples)
    waited: float = 0.0
    checked_step: tuple | None = None
    taken: int = 0
    overflowed: bool = False
    wrong: str = ""

    @property
    def taken_by_others(self):
        """The share of its time that other programs took."""
        return self.waited / self.seconds if self.seconds else 0.0

    @property
    def spoilt(self):
        """Whether other programs took too much of its slices to tell how long its steps take."""
        return self.slices.rounds > 0 and self.slices.is_spoilt

    @property
    def step_seconds(self):
        """Of a step, the median of its slices; None where other programs took too much of them, or none is over."""
        return self.slices.quartiles()["median"] if self.slices.rounds and not self.spoilt else None

    def enter(self, r, steps, seconds, waited):
        """Note a slice: so many steps, of which its threads waited for a core for so long."""
        if steps and seconds:
            taken = waited / seconds
            self.waited += waited
            self.slices.enter(r, Sample(seconds / steps, taken, shared=float(taken > BEARABLE)))

    def advance(self, seconds):
        """Take steps for so long, one at least; what a step raises is the end of this runner alone."""
        before = self.theta.copy()
        begun = now = time.perf_counter()
        try:
            J, count = self.take_step(), 1
            self.checked_step, self.taken = (before, J, self.theta.copy()), len(self.costs) - 1
            while (now := time.perf_counter()) < begun + seconds:
                self.take_steps(count)
                count = self.steps_in(begun + seconds - time.perf_counter(), time.perf_counter() - now, count)
        except (Exception, SystemExit) as error:
            self.wrong = f"failed in step {len(self.costs) + 1}: {one_line(error)}"
        finally:
            self.seconds += (now if not self.wrong else time.perf_counter()) - begun

    def take_step(self):
        """The cost, after one step more."""
        J, self.theta = self.step(self.theta)
        self.costs.append(float(J))
        return J

    def take_steps(self, count):
        """So many steps, in one call if there are several."""
        done = self.epochs(self.theta, count) if count > 1 else None
        if done is not None:
            costs, self.theta = done
            self.costs += costs
            return
        if count > 1:  # what is not finite is looked at step by step
            self.epochs = None
        self.take_step()

    def steps_in(self, seconds, spent, count):
        """How many steps the next call does, when `count` took `spent` seconds."""
        return 1 if self.epochs is None else max(1, min(GROWTH * count, int(seconds / spent * count)))

    def as_dict(self, first):
        """The runner for machines; `first` is the runner that its costs are compared with."""
        steps = np.unique(np.geomspace(1, max(len(self.costs), 1), LISTED).astype(int)) - 1
        return {
            "implementation": self.name,
            "contract": contract_of(self.name),
            "steps": len(self.costs),
            "seconds": self.seconds,
            "step_seconds": self.step_seconds,
            "taken_by_others": self.taken_by_others,
            "spoilt": self.spoilt,
            "at_most": self.slices.is_at_most,
            "compile_seconds": self.compile_seconds,
            "costs": [{"step": int(k) + 1, "J": finite(self.costs[k])} for k in steps if k < len(self.costs)],
            "apart": {"vs": first.name, "steps": shared(self, first), "max_ulp": furthest_apart(self, first)},
            "wrong": self.wrong,
        }


def shared(runner, other):
    """The number of steps that both have taken."""
    return min(len(runner.costs), len(other.costs))


def furthest_apart(runner, other):
    """How many representable numbers lie between their finite costs, at most, over the steps that both have taken."""
    common = shared(runner, other)
    one, two = np.array(runner.costs[:common]), np.array(other.costs[:common])
    known = np.isfinite(one) & np.isfinite(two)
    return int(ulp_distance(one[known], two[known]).max()) if known.any() else 0
