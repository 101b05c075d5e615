"""Two workers take turns on one cell."""

import json
import math
import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from loopwise.measure.samples import Sample, Samples

from .commits import KEPT, ROOT

AGAIN = 3  # times that a spoilt sample is measured again before its round is given up
AT_MOST = 3  # times as long as a cell should take, spoilt samples are measured again
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
WORKER = str(ROOT / "benchmarks" / "paired" / "worker.py")


class CellError(Exception):
    """A commit cannot do this cell; says why."""


class Worker:
    """A process that has one commit's package imported, and serves one cell at a time.

    Attributes
    ----------
    serving : bool
        Whether a cell was begun and has not ended.
    pending : str
        What the answer that it owes has in it; empty where it owes none.
    """

    def __init__(self, commit):
        path = os.pathsep.join([str(commit.source), str(ROOT)])
        environment = os.environ | {"PYTHONPATH": path, "NUMBA_CACHE_DIR": str(KEPT / "compiled" / commit.hash)}
        command = [commit.python, "-P", WORKER, str(ROOT / "src")]
        # In a session of its own: Ctrl-C is for the program that compares, which ends it.
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self.commit, self.serving, self.pending = commit, False, "ready"

    def ask(self, what, expected):
        """Send a request; `answer` waits for what is expected."""
        self.pending = expected
        with suppress(BrokenPipeError):  # the answer will be missing
            self.process.stdin.write(json.dumps(what).encode() + b"\n")
            self.process.stdin.flush()

    def answer(self):
        """Wait for the answer; whatever else comes is the end of the cell."""
        found, expected, self.pending = self.read(), self.pending, ""
        if expected in found:
            return found
        if "ended" not in found:
            self.read()  # what has failed ends
        self.serving = False
        raise CellError(f"commit {self.commit.hash[:8]}: {found.get('failed', 'its process died')}")

    def read(self):
        """The next line."""
        line = self.process.stdout.readline()
        if not line:
            self.serving = False
            raise CellError(f"the process of commit {self.commit.hash[:8]} ended")
        return json.loads(line)

    def begin(self, request):
        """Begin a cell; `answer` tells when it is prepared."""
        self.serving = True
        self.ask(request, "ready")

    def sample(self, cores):
        """One sample of the cell that was prepared, whose threads have these cores, its first thread the first."""
        self.ask({"sample": True, "cores": cores}, "seconds")
        return Sample(**self.answer())

    def end(self):
        """End the cell, if there is one that has not ended by itself."""
        with suppress(CellError):
            if self.serving and self.pending:
                self.answer()
            if self.serving:
                self.ask({"sample": False}, "ended")
                self.answer()
        self.serving = False

    def close(self):
        """End the process, and what it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Pairs:
    """What two commits took in the same rounds."""

    before: Samples = field(default_factory=Samples)
    after: Samples = field(default_factory=Samples)

    @property
    def ratios(self):
        """How many times as long the second takes, in the rounds in which neither was spoilt."""
        rounds = set(self.before.seconds) & set(self.after.seconds)
        return [self.after.seconds[r] / self.before.seconds[r] for r in rounds]


def take_turns(workers, cell, seed, seconds, least, most):
    """Sample a cell in both, in an order that is drawn for each round.

    Parameters
    ----------
    workers : pair of Worker
        The commit before, and the one after.
    cell : Cell
    seed : int
    seconds : float
        After so long no more rounds than `least`.
    least, most : int
        Rounds.

    Returns
    -------
    Pairs

    Raises
    ------
    CellError
    """
    pairs, rng = Pairs(), np.random.default_rng(seed)
    try:
        prepare(workers, cell, seed)
        begun = time.perf_counter()
        for r in range(most):
            if r >= least and time.perf_counter() - begun > seconds:
                break
            cores = [CORES[k] for k in rng.permutation(len(CORES))]
            for k in rng.permutation(2):
                (pairs.before, pairs.after)[k].enter(r, cleanest(workers[k], cores, begun + AT_MOST * seconds))
    finally:
        for worker in workers:
            worker.end()
    return pairs


def prepare(workers, cell, seed):
    """Build the cell's work in both, at once: what is to be compiled is compiled side by side."""
    for worker in workers:
        worker.begin({"cell": [cell.module, cell.owner, cell.function, list(cell.parameters)], "seed": seed})
    for worker in workers:
        worker.answer()


def cleanest(worker, cores, until=math.inf):
    """A sample; where others took from it, the cleanest of a few, as far as there is time."""
    best = worker.sample(cores)
    for _ in range(AGAIN):
        if not best.spoilt or time.perf_counter() > until:
            break
        best = min(best, worker.sample(cores), key=lambda one: one.taken)
    return best
