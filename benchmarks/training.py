"""An epoch of training: its time against the number of examples, for batches of 1, of 32 and of all.

A step's cost must not depend on m. An epoch of 10⁶ single examples may take minutes, so its beginning (the shuffle)
and what fits into some tenths of a second are run, in calls of `train_epochs` where an implementation supplies it, as
users run it; the other steps count as much as those.
"""

import time

import numpy as np

from loopwise import datasets, get_implementation, implementation_names
from loopwise.learning.models import Neuron
from loopwise.learning.training import train

from . import cells

LOG10_M = [3, 4, 5, 6]
BATCHES = {"1": 1, "32": 32, "all": None}
LAYOUTS = ("C", "F")  # one example a column, and the estimators' X.T
FEATURES, SECONDS = 30, 0.4  # no more steps after so many seconds


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

    def on_progress(state):
        clock.append((time.perf_counter(), state.step))
        if clock[-1][0] > clock[0][0] + SECONDS:
            raise KeyboardInterrupt  # ends training

    def run():
        clock.clear()
        begun, how = time.perf_counter(), {"alpha": 0.1, "epochs": 1, "batch_size": batch_size}
        train(impl, Neuron("logistic", FEATURES), theta, X, Y, on_progress=on_progress, **how)
        (first, _), (last, steps) = clock[0], clock[-1]
        return first - begun, (last - first) / max(1, steps - 1)

    run()  # compiles
    first, each = run()
    steps = 1 if batch_size is None else -(-m // batch_size)
    return first + (steps - 1) * each


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
