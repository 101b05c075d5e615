"""Two workers take turns on one cell."""

import json
import os
import subprocess
import time
from dataclasses import dataclass, field

import numpy as np

from loopwise.measure.samples import Sample, Samples

from .commits import KEPT, ROOT

AGAIN = 3  # times that a spoilt sample is measured again before its round is given up
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
WORKER = str(ROOT / "benchmarks" / "paired" / "worker.py")


class CellError(Exception):
    """A commit cannot do this cell; says why."""


class Worker:
    """A process that has one commit's package imported."""

    def __init__(self, commit):
        path = os.pathsep.join([str(commit.source), str(ROOT)])
        environment = os.environ | {"PYTHONPATH": path, "NUMBA_CACHE_DIR": str(KEPT / "compiled" / commit.hash)}
        command = [commit.python, "-P", WORKER, str(ROOT / "src")]
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.commit = commit

    def ask(self, what):
        """Send a request."""
        self.process.stdin.write(json.dumps(what).encode() + b"\n")
        self.process.stdin.flush()

    def answer(self):
        """Wait for an answer."""
        line = self.process.stdout.readline()
        if not line:
            raise CellError(f"the process of commit {self.commit.hash[:8]} ended")
        found = json.loads(line)
        if "failed" in found:
            self.answer()  # its session has ended
            raise CellError(f"commit {self.commit.hash[:8]}: {found['failed']}")
        return found

    def sample(self, core):
        """One sample of the cell that was prepared."""
        self.ask({"sample": True, "core": core})
        return Sample(**self.answer())

    def end(self):
        """End the cell."""
        self.ask({"sample": False})
        self.answer()

    def close(self):
        """End the process."""
        self.process.kill()
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
    prepare(workers, cell, seed)
    pairs, rng, begun = Pairs(), np.random.default_rng(seed), time.perf_counter()
    for r in range(most):
        if r >= least and time.perf_counter() - begun > seconds:
            break
        core = CORES[rng.integers(len(CORES))] if CORES else None
        for k in rng.permutation(2):
            (pairs.before, pairs.after)[k].enter(r, cleanest(workers[k], core))
    for worker in workers:
        worker.end()
    return pairs


def prepare(workers, cell, seed):
    """Build the cell's work in both, at once: what is to be compiled is compiled side by side."""
    request = {"cell": [cell.module, cell.owner, cell.function, list(cell.parameters)], "seed": seed}
    for worker in workers:
        worker.ask(request)
    failed, ready = None, []
    for worker in workers:
        try:
            worker.answer()
            ready.append(worker)
        except CellError as error:
            failed = error
    if failed:
        for worker in ready:
            worker.end()
        raise failed


def cleanest(worker, core):
    """A sample; where others took from it, the cleanest of a few."""
    best = worker.sample(core)
    for _ in range(AGAIN):
        if not best.spoilt:
            break
        best = min(best, worker.sample(core), key=lambda one: one.taken)
    return best
