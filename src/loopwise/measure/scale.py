"""What workers cost, measured here, and what they would cost by the hundred.

A step sends theta to each of k workers and takes a vector back from each; both go through the one process that drives
them. So what is fitted is a line: seconds = fixed + per worker + per byte. Computing is shared, and the slowest worker
decides: of k that scatter with a deviation of s, the largest is about s √(2 ln k) above the mean (for large k).
"""

import statistics
import time
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from ..implementations import get_implementation
from ..scale.blocks import blocks_of
from ..scale.sums import sums_over

VECTORS = (10, 100_000)  # numbers sent to each worker and back
STEPS = 60


@dataclass(frozen=True)
class Overhead:
    """Of a step, in seconds, beside its computing.

    Attributes
    ----------
    fixed, per_worker, per_byte : float
        `per_byte` of what goes to a worker and comes back.
    scatter : float
        The deviation of what workers take for the same, as a part of it.
    """

    fixed: float
    per_worker: float
    per_byte: float
    scatter: float

    @property
    def said(self):
        """In a line."""
        return (
            f"{1e3 * self.fixed:.2f} ms + {1e3 * self.per_worker:.2f} ms a worker + {1e9 * self.per_byte:.2f} ms a MB; "
            f"workers scatter by {100 * self.scatter:.1f} %"
        )


@dataclass(frozen=True)
class Forecast:
    """A step with many workers."""

    workers: int
    computing: float
    waiting: float
    sending: float

    @property
    def seconds(self):
        """Of the step."""
        return self.computing + self.waiting + self.sending

    @property
    def efficiency(self):
        """The share of it that is computing."""
        return self.computing / self.seconds

    @property
    def limit(self):
        """What takes most of the rest."""
        return "sending theta and sums" if self.sending > self.waiting else "the slowest worker"

    @property
    def said(self):
        """In a line."""
        return f"{1e3 * self.seconds:.1f} ms a step, {100 * self.efficiency:.0f} % of it computing; then {self.limit}"


def overhead(workers):
    """Fit `Overhead` to steps of two workers, and of one, with vectors of two sizes and nothing to compute.

    Parameters
    ----------
    workers : scale.cluster.Cluster
        Of two workers or more.
    """
    impl, seconds = get_implementation("numpy_vectorized"), {}
    for blocks in (1, workers.count):
        X = np.ones((1, blocks))
        with sums_over(workers, blocks_of(X, X, 1)) as over:
            for P in VECTORS:
                seconds[blocks, P] = median_seconds(over, impl, np.zeros(P))
    small, large = VECTORS
    others = workers.count - 1
    per_worker = max(0.0, seconds[workers.count, small] - seconds[1, small]) / others
    sent = 16 * (large - small)  # there and back
    per_byte = max(0.0, seconds[workers.count, large] - seconds[workers.count, small]) / (sent * workers.count)
    fixed = max(0.0, seconds[1, small] - per_worker)
    return Overhead(fixed, per_worker, per_byte, scatter(workers, impl))


def median_seconds(over, impl, theta):
    """Of a total that gives theta back."""
    return statistics.median(seconds_of(over, impl, theta) for _ in range(STEPS))


def seconds_of(over, impl, theta):
    started = time.perf_counter()
    over.total(given_back, (theta,), impl)
    return time.perf_counter() - started


def given_back(impl, X, Y, theta):
    """What was sent."""
    return theta


def scatter(workers, impl):
    """How much workers differ for the same work, which takes each about a twentieth of a second."""
    X = np.ones((1, 8 * workers.count))
    shares = []
    with sums_over(workers, blocks_of(X, X, 1)) as over:
        for _ in range(10):
            found = [seconds for _, seconds in over.ask(worked, (400,), impl)]
            shares += [seconds / statistics.mean(found) for seconds in found]
    return statistics.stdev(shares)


def worked(impl, X, Y, size):
    """A product that takes some milliseconds."""
    A = np.ones((size, size))
    return np.atleast_1d((A @ A)[0, 0])


def forecast(overhead, workers, parameters, seconds):
    """A step with many workers.

    Parameters
    ----------
    overhead : Overhead
    workers : int
    parameters : int
        P.
    seconds : float
        Of computing, of one worker alone.
    """
    computing = seconds / workers
    waiting = overhead.scatter * computing * sqrt(2 * log(workers)) if workers > 1 else 0.0
    sending = overhead.fixed + workers * (overhead.per_worker + 16 * parameters * overhead.per_byte)
    return Forecast(workers, computing, waiting, sending)
