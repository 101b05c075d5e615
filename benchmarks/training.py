"""An epoch of training: its time against the number of examples, for batches of 1, of 32 and of all.

A step's cost must not depend on m. An epoch of 10⁶ single examples takes minutes, so only its beginning (the shuffle)
and its first steps are run; the other steps count as much as the middle one of those.
"""

import itertools
import statistics
import time

import numpy as np

from loopwise import datasets, get_implementation, implementation_names
from loopwise.learning.models import Neuron
from loopwise.learning.training import train

from . import cells

LOG10_M = [3, 4, 5, 6]
BATCHES = {"1": 1, "32": 32, "all": None}
LAYOUTS = ("C", "F")  # one example a column, and the estimators' X.T
FEATURES, STEPS, SECONDS = 30, 200, 1.0  # at most so many steps, and no more after so many seconds


def epoch_seconds(implementation, m, batch_size, layout="F", dtype="float64"):
    """Seconds that an epoch of logistic regression takes.

    Parameters
    ----------
    implementation : str
    m : int
    batch_size : int or None
    layout : {"C", "F"}
    dtype : {"float64", "float32"}

    Returns
    -------
    float
    """
    impl, data = get_implementation(implementation), datasets.load("synthetic", examples=m, features=FEATURES)
    X, Y = (impl.asnative(np.array(part, dtype, order=layout)) for part in (data.X, data.Y))
    theta, clock = np.zeros(FEATURES + 1, dtype), []

    def on_step(state):
        clock.append(time.perf_counter())
        if len(clock) == STEPS or clock[-1] > clock[0] + SECONDS:
            raise KeyboardInterrupt  # ends training

    def run(examples_a_step):
        clock.clear()
        begun = time.perf_counter()
        train(impl, Neuron("logistic", FEATURES), theta, X, Y, alpha=0.1, epochs=1, batch_size=examples_a_step,
              on_step=on_step)  # fmt: skip
        return clock[0] - begun, [after - before for before, after in itertools.pairwise(clock)]

    run(batch_size)  # compiles
    first, others = run(batch_size)
    steps = 1 if batch_size is None else -(-m // batch_size)
    return first + (steps - 1) * (statistics.median(others) if others else 0.0)


def left_out(implementation, log10_m, batch):
    """Why a cell is not measured, or None: the slide's loop takes seconds for a pass over many examples."""
    return cells.too_slow(implementation, cells.logistic, 10**log10_m) if batch == "all" else None


class Epoch:
    """An epoch of logistic regression with 30 features, X in F order, as the estimators hand it over."""

    param_names = ["implementation", "log10_m", "batch_size"]
    params = [implementation_names(), LOG10_M, list(BATCHES)]
    timeout = 120

    @cells.leave_out(
        {(name, k, batch): left_out(name, k, batch) for name in params[0] for k in LOG10_M for batch in BATCHES}
    )
    def track_epoch(self, implementation, log10_m, batch_size):
        return epoch_seconds(implementation, 10**log10_m, BATCHES[batch_size])

    track_epoch.unit = "seconds"
