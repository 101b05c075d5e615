"""Blocks on the workers of a Dask cluster, which may die.

Each worker has one actor, which reads its blocks and is asked for their sums: a task for each step would take five
times as long. When a worker dies, the blocks are shared anew among those that are there, and the step is taken again.
"""

import pickle
import platform
import time
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress

import numba
import numpy as np
import threadpoolctl
from distributed import KilledWorker, LocalCluster, wait

from ..errors import OptionError, one_line
from ..process.memory import free_memory
from .block import Failure, hold, summed
from .threads import SHARE, one_thread

MOST_LOSSES = 5  # of workers in a row, without a step between them
LOOK_AGAIN = 5.0  # seconds; after that a worker that has come is given blocks
WAIT, WITHOUT_WORKERS = 1.0, 60.0  # seconds until it is looked whether workers are there; until none is waited for
POLL = 0.1  # seconds
LOST = (OSError, RuntimeError, KilledWorker, CancelledError)  # what is raised where a worker has died


class Lost(Exception):
    """A worker has died, or the way to it is broken."""


class Holder:
    """The actor of a worker: its blocks, and their sums."""

    def __init__(self, *arrays):
        self.arrays, self.blocks = arrays, {}
        self.limits = threadpoolctl.threadpool_limits(1)

    def read(self, piece, on_disk, place):
        """Read one of its blocks, whose arrays, if it was given any, are at that place; None, or a `Failure`."""
        given = self.arrays[place] if self.arrays else ()
        try:
            self.blocks[piece.number] = hold(piece, *given, on_disk=on_disk)
        except Exception as error:
            return Failure(that_travels(error))
        return None

    def ask(self, request, examples=None):
        """The sum over its blocks and the seconds that it took, or a `Failure`."""
        one_thread()
        try:
            return summed([self.blocks[number] for number in sorted(self.blocks)], request, examples)
        except Exception as error:
            return Failure(that_travels(error))

    def release(self):
        """Let BLAS have as many threads as before."""
        self.limits.restore_original_limits()


def that_travels(error):
    """An exception, or what it says, if it is one that cannot be sent."""
    try:
        pickle.loads(pickle.dumps(error))
        return error
    except Exception:
        return OptionError(one_line(error))


class Cluster:
    """The workers of a Dask scheduler."""

    def __init__(self, client):
        self.client = client

    def __enter__(self):
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
        workers = self.client.sync(self.client.scheduler.identity, n_workers=-1)["workers"].values()
        theirs = sum(worker["memory_limit"] or free_memory() for worker in workers)
        here = isinstance(self.client.cluster, LocalCluster)  # then they share what this machine has left
        return (min(theirs, free_memory()) if here else theirs) // SHARE

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
    """Blocks on the workers of a cluster: each has neighbours, so that it can add their sums."""

    def __init__(self, client, blocks, on_disk):
        self.client, self.pieces, self.on_disk = client, blocks.pieces, on_disk
        self.arrays = []
        if blocks.X is not None:
            pairs = zip(blocks.X.to_delayed().ravel(), blocks.Y.to_delayed().ravel())
            self.arrays = [client.compute(list(pair)) for pair in pairs]
        self.holders, self.placed, self.looked, self.known = {}, None, 0.0, set()
        if not addresses(client):
            raise OptionError(f"the scheduler at {client.scheduler.address} has no workers")
        self._until_none_dies(lambda: None)

    def ask(self, request, examples=None):
        """What each worker's blocks add up to, and its seconds; see `block.summed`."""

        def sums():
            return self._answers(
                [(holder, "ask", request, self._own(share, examples)) for share, holder in self.holders.items()]
            )

        return self._until_none_dies(sums)

    def _until_none_dies(self, act):
        """Do something that all workers take part in; where one dies, again, with those that are there then."""
        for _ in range(MOST_LOSSES):
            try:
                self._place_if_needed()
                return act()
            except Lost:
                self.placed = None
        raise OptionError(f"workers died {MOST_LOSSES} times in one step; is their memory too small?")

    def _answers(self, calls):
        """What actors answer to calls of their methods, all at once: (actor, method, *arguments) each."""
        try:
            asked = [getattr(actor, method)(*arguments) for actor, method, *arguments in calls]
            found = [self._answer(answer, actor) for answer, (actor, *_) in zip(asked, calls)]
        except LOST as error:
            raise Lost from error
        return list(map(value_of, found))

    def _answer(self, answer, actor):
        """An actor's answer; `Lost` where its worker has gone meanwhile."""
        while True:
            try:
                return answer.result(timeout=WAIT)
            except TimeoutError:
                if actor._address not in addresses(self.client):
                    raise Lost from None

    def _place_if_needed(self):
        """Share the blocks anew where a worker has died, or, looked at now and then, workers have come."""
        if self.placed is not None and time.monotonic() - self.looked > LOOK_AGAIN:
            self.looked = time.monotonic()
            self.placed = self.placed if addresses(self.client) == self.placed else None
        if self.placed is None:
            self._place()

    def _place(self):
        """An actor on each worker, which reads its share of the blocks."""
        self.holders = {}  # so that their memory is free
        workers, K, made = self._workers(), len(self.pieces), {}
        require_same_versions(self.client, [worker for worker in workers if worker not in self.known])
        self.known |= set(workers)
        for w, worker in enumerate(workers):
            share = range(-(-w * K // len(workers)), -(-(w + 1) * K // len(workers)))
            if share:
                given = [self.arrays[k] for k in share] if self.arrays else []
                made[share] = self.client.submit(Holder, *given, workers=[worker], actor=True, pure=False)
        self._wait_for(list(made.values()), workers)
        self.holders = {share: actor_of(future) for share, future in made.items()}
        self._answers(
            [
                (holder, "read", self.pieces[k], self.on_disk, k - share[0])
                for share, holder in self.holders.items()
                for k in share
            ]
        )
        self.placed, self.looked = workers, time.monotonic()

    def _workers(self):
        """The workers that are there, as soon as there is one: a nanny starts one that died anew."""
        for _ in range(int(WITHOUT_WORKERS / POLL)):
            if workers := addresses(self.client):
                return workers
            time.sleep(POLL)
        raise OptionError(f"all workers have gone from {self.client.scheduler.address}")

    def _wait_for(self, futures, workers):
        """Wait for the actors of some workers; `Lost` where one of those has gone meanwhile."""
        while True:
            try:
                wait(futures, timeout=WAIT)
                return
            except TimeoutError:
                if set(workers) - set(addresses(self.client)):
                    raise Lost from None
            except LOST as error:
                raise Lost from error

    def _own(self, share, examples):
        """Those of some examples that lie in a worker's blocks."""
        if examples is None:
            return None
        first, last = self.pieces[share[0]], self.pieces[share[-1]]
        return examples[(examples >= first.first) & (examples < last.first + last.m)]

    def release(self):
        """Let the workers forget."""
        for holder in self.holders.values():
            with suppress(Exception):  # of a worker that has gone
                holder.release()
        self.holders, self.arrays = {}, []


def actor_of(future):
    """The actor that a future has made.

    Raises
    ------
    Lost
        Its worker has died.
    OptionError
        A Dask array that it was to be given cannot be computed.
    """
    if future.status != "error":
        try:
            return future.result()
        except LOST as error:
            raise Lost from error
    error = future.exception()
    if isinstance(error, KilledWorker):
        raise Lost from error
    raise OptionError(f"a block of the Dask arrays cannot be computed: {one_line(error)}")


def addresses(client):
    """The workers that are there, in a fixed order. Not `scheduler_info`: at times it has none, when it is renewed.

    Raises
    ------
    OptionError
        There is no scheduler any more.
    """
    try:
        return sorted(client.nthreads())
    except (OSError, AttributeError, RuntimeError):  # what a client says that has lost its scheduler
        raise OptionError("the scheduler no longer answers") from None


def versions():
    """What decides about bits: the versions of a process."""
    import loopwise

    return {
        "loopwise": loopwise.__version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }


def require_same_versions(client, workers):
    """Raise `OptionError` for one of some workers that lacks loopwise, or has another version of something."""
    own = versions()
    try:
        found = client.run(versions, workers=workers, on_error="return") if workers else {}
    except LOST as error:
        raise Lost from error
    for worker, theirs in sorted(found.items()):
        if isinstance(theirs, LOST):
            raise Lost from theirs
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
