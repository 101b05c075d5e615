"""Blocks on the workers of a Dask cluster, which may die.

Each worker has one actor, which holds its blocks and is asked directly: a task for each step would go through the
scheduler, at five times the price. Blocks are Dask's own futures, so that those of a worker that dies are read again
elsewhere; then the actors are made anew, and the step is taken again.
"""

import platform
import time
from contextlib import contextmanager

import numba
import numpy as np
import threadpoolctl
from distributed import wait

from ..errors import LoopwiseError, OptionError, one_line
from ..process.memory import free_memory
from .block import Failure, hold, summed
from .threads import SHARE, one_thread

MOST_LOSSES = 5  # of workers in a row, without a step between them
LOOK_AGAIN = 5.0  # seconds; after that a worker that has come is given blocks


class Holder:
    """The actor of a worker: its blocks, and their sums."""

    def __init__(self, *blocks):
        self.blocks = blocks
        self.limits = threadpoolctl.threadpool_limits(1)

    def ask(self, request, examples=None):
        """The sum over its blocks and the seconds that it took, or a `Failure`."""
        one_thread()
        try:
            return summed(self.blocks, request, examples)
        except Exception as error:
            return Failure(error)


class Cluster:
    """The workers of a Dask scheduler."""

    def __init__(self, client):
        self.client = client

    def __enter__(self):
        require_same_versions(self.client)
        return self

    def __exit__(self, *error):
        return None

    @property
    def dashboard(self):
        """The address of Dask's own page."""
        return self.client.dashboard_link

    @property
    def said(self):
        """As "2 workers"."""
        return f"{self.count} worker{'s' * (self.count != 1)}"

    @property
    def memory(self):
        """Bytes for blocks, in all workers together."""
        workers = self.client.scheduler_info(n_workers=-1)["workers"].values()
        return sum(worker["memory_limit"] or free_memory() for worker in workers) // SHARE

    @property
    def count(self):
        """How many workers there are now."""
        return len(addresses(self.client))

    @contextmanager
    def holding(self, blocks, on_disk=False):
        """The blocks, read and validated where they stay, ready to be asked."""
        holding = ClusterHolding(self.client, blocks, on_disk)
        try:
            yield holding
        finally:
            holding.release()


class ClusterHolding:
    """Blocks on the workers of a cluster: each keeps neighbours, so that it can add their sums."""

    def __init__(self, client, blocks, on_disk):
        self.client, self.pieces, self.holders, self.placed, self.looked = client, blocks.pieces, {}, None, 0.0
        workers = self._workers()
        shares = [workers[k * len(workers) // len(self.pieces)] for k in range(len(self.pieces))]
        self.futures = self._read(blocks, shares, on_disk)
        self._place()

    def _workers(self):
        workers = addresses(self.client)
        if not workers:
            raise OptionError(f"the scheduler at {self.client.scheduler.address} has no workers")
        return workers

    def _read(self, blocks, shares, on_disk):
        """Futures of the blocks, each for one worker, but free to move if that one dies."""
        given = [()] * len(self.pieces)
        if blocks.X is not None:
            given = list(zip(blocks.X.to_delayed().ravel(), blocks.Y.to_delayed().ravel()))
        futures = []
        for piece, arrays, worker in zip(self.pieces, given, shares):
            there = {"workers": [worker], "allow_other_workers": True}
            arrays = [self.client.compute(array, **there) for array in arrays]
            futures.append(self.client.submit(hold, piece, *arrays, on_disk=on_disk, pure=False, **there))
        return futures

    def _place(self):
        """An actor on each worker, with its share of the blocks."""
        wait(self.futures)
        self._raise_failures()
        workers, K, made = self._workers(), len(self.futures), {}
        for w, worker in enumerate(workers):
            share = range(-(-w * K // len(workers)), -(-(w + 1) * K // len(workers)))
            if share:
                there = {"workers": [worker], "actor": True, "pure": False}
                made[share] = self.client.submit(Holder, *(self.futures[k] for k in share), **there)
        self.holders = {share: future.result() for share, future in made.items()}
        self.placed, self.looked = workers, time.monotonic()

    def _raise_failures(self):
        """Raise what a block could not be read for; the first one's, by its number."""
        for piece, future in zip(self.pieces, self.futures):
            if future.status == "error":
                error = future.exception()
                if isinstance(error, LoopwiseError):
                    raise error
                raise OptionError(f"{piece.name} cannot be read: {one_line(error)}")

    def ask(self, request, examples=None):
        """What each worker's blocks add up to, and its seconds; see `block.summed`."""
        for _ in range(MOST_LOSSES):
            try:
                self._place_if_needed()
                asked = [holder.ask(request, self._own(share, examples)) for share, holder in self.holders.items()]
                found = [answer.result() for answer in asked]
            except (OSError, RuntimeError):  # a worker has died
                self.placed = None
                continue
            return list(map(value_of, found))
        raise OptionError(f"workers died {MOST_LOSSES} times in one step; is their memory too small?")

    def _place_if_needed(self):
        """Share the blocks anew where a worker has died, or, looked at now and then, workers have come."""
        if self.placed is not None and time.monotonic() - self.looked > LOOK_AGAIN:
            self.looked = time.monotonic()
            self.placed = self.placed if addresses(self.client) == self.placed else None
        if self.placed is None:
            self._place()

    def _own(self, share, examples):
        """Those of some examples that lie in a worker's blocks."""
        if examples is None:
            return None
        first, last = self.pieces[share[0]], self.pieces[share[-1]]
        return examples[(examples >= first.first) & (examples < last.first + last.m)]

    def release(self):
        """Let the workers forget."""
        self.holders = {}
        self.futures = []


def addresses(client):
    """The workers that are there, in a fixed order."""
    return sorted(client.scheduler_info(n_workers=-1)["workers"])


def versions():
    """What decides about bits: the versions of a process."""
    import loopwise

    return {
        "loopwise": loopwise.__version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }


def require_same_versions(client):
    """Raise `OptionError` for a worker that lacks loopwise, or has another version of something."""
    own = versions()
    try:
        found = client.run(versions, on_error="return")
    except Exception as error:
        raise OptionError(f"the workers cannot be asked for their versions: {one_line(error)}") from None
    for worker, theirs in sorted(found.items()):
        if isinstance(theirs, Exception):
            raise OptionError(f"worker {worker} cannot compute: {one_line(theirs)} (it needs loopwise, as here)")
        for name, version in own.items():
            if theirs[name] != version:
                raise OptionError(f"worker {worker} has {name} {theirs[name]}, and {version} is here")


def value_of(found):
    """A sum, or what has failed, raised here."""
    if isinstance(found, Failure):
        raise found.error
    return found
