"""Who computes: threads of this process, processes of this machine, or a Dask cluster; all give the same bits.

On a cluster each worker has one actor, which holds its blocks and is asked directly: a task for each step would go
through the scheduler, at five times the price. Blocks are Dask's own futures, so that those of a worker that dies are
read again elsewhere; then the actors are made anew, and the step is taken again.
"""

import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

import numba
import numpy as np
import threadpoolctl

from ..errors import LoopwiseError, OptionError, one_line
from ..process.environment import cores
from ..validation import validate_count
from .block import Failure, hold, summed

IN_THREADS = ("threads", "synchronous")
SECONDS_TO_CONNECT = 10.0
MOST_LOSSES = 5  # of workers in a row, without a step between them
LOOK_AGAIN = 5.0  # seconds; after that a worker that has come is given blocks


@contextmanager
def workers_of(scheduler=None, workers=None):
    """Those who compute, while the `with` block runs.

    Parameters
    ----------
    scheduler : {None, "threads", "synchronous", "processes"}, str or distributed.Client
        None: the client that is there, if one is, else threads of this process. "processes" are of this machine. A
        string with "://" is the address of a scheduler.
    workers : int, optional
        How many threads or processes; every core by default. Processes, where no scheduler is given.

    Raises
    ------
    OptionError
        No scheduler answers there, Dask is not installed, or its versions differ.
    """
    if workers is not None:
        validate_count("workers", workers)
    if scheduler is None:
        scheduler = "processes" if workers is not None else client_that_is_there() or "threads"
    if isinstance(scheduler, str) and scheduler in IN_THREADS:
        yield Threads(1 if scheduler == "synchronous" else workers or cores())
        return
    if scheduler != "processes" and workers is not None:
        raise OptionError("workers are of this machine; a scheduler has its own")
    with client_of(scheduler, workers) as client, Cluster(client) as cluster:
        yield cluster


def client_that_is_there():
    """The client that was made last, where Dask's `distributed` is in use; None otherwise."""
    distributed = sys.modules.get("distributed")
    if distributed is None:
        return None
    try:
        return distributed.default_client()
    except ValueError:
        return None


def needed():
    """Dask's `distributed`, or a line that says how to get it."""
    try:
        import distributed
    except ImportError:
        raise OptionError("to compute on workers, loopwise needs Dask: pip install 'loopwise[scale]'") from None
    return distributed


def client_of(scheduler, workers):
    """A `with` block in which a client is there; one that was given stays open."""
    distributed = needed()
    if isinstance(scheduler, distributed.Client):
        return nullcontext(scheduler)
    if scheduler == "processes":
        return processes(distributed, workers or cores())
    if not isinstance(scheduler, str) or "://" not in scheduler:
        raise OptionError(
            f"scheduler is {scheduler!r}; expected threads, synchronous, processes or an address as tcp://host:8786"
        )
    return connected(distributed, scheduler)


@contextmanager
def processes(distributed, count):
    """Processes of this machine, which end with the block."""
    with ignoring_interrupts():
        cluster = distributed.LocalCluster(
            n_workers=count, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        )
    with cluster, distributed.Client(cluster) as client:
        yield client


@contextmanager
def ignoring_interrupts():
    """Ctrl-C reaches all processes of a terminal; those started in this block leave it to us to end them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def connected(distributed, address):
    """A client of a scheduler elsewhere."""
    try:
        client = distributed.Client(address, timeout=SECONDS_TO_CONNECT)
    except Exception as error:
        raise OptionError(f"no scheduler answers at {address}: {one_line(error)}") from None
    with client:
        yield client


# === threads of this process =========================================================================


class Threads:
    """Threads of this process, each with a block of its own at a time."""

    dashboard = None

    def __init__(self, count):
        self.count = count

    @contextmanager
    def holding(self, blocks, on_disk=False):
        """The blocks, read and validated, ready to be asked."""
        given = arrays_of(blocks)
        with threadpoolctl.threadpool_limits(1), ThreadPoolExecutor(self.count, initializer=one_thread) as pool:
            held = pool.map(lambda piece, arrays: hold(piece, *arrays, on_disk=on_disk), blocks.pieces, given)
            yield ThreadsHolding(pool, list(held))


class ThreadsHolding:
    """Blocks in this process."""

    def __init__(self, pool, blocks):
        self.pool, self.blocks = pool, blocks

    def ask(self, request, examples=None):
        """Sums over the blocks, as far as each can be added alone; see `block.summed`."""
        return list(self.pool.map(lambda block: summed([block], request, examples), self.blocks))


def one_thread():
    """Blocks are shared by the workers; within one nothing is: how BLAS adds depends on the number of its threads."""
    numba.set_num_threads(1)


def arrays_of(blocks):
    """X and Y of each block of Dask arrays, computed; nothing for the others."""
    if blocks.X is None:
        return [()] * len(blocks.pieces)
    import dask

    pairs = zip(blocks.X.to_delayed().ravel(), blocks.Y.to_delayed().ravel())
    return dask.compute(list(pairs), scheduler="threads")[0]


def value_of(found):
    """A sum, or what has failed, raised here."""
    if isinstance(found, Failure):
        raise found.error
    return found


# === a Dask cluster ==================================================================================


class Holder:
    """The actor of a worker: its blocks, and their sums."""

    def __init__(self, *blocks):
        self.blocks = blocks
        self.limits = threadpoolctl.threadpool_limits(1)

    def ask(self, request, examples=None):
        """The sum over its blocks, or a `Failure`."""
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
        from distributed import wait

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
        """Sums over the blocks of each worker; see `block.summed`."""
        for _ in range(MOST_LOSSES):
            try:
                self._place_if_needed()
                asked = [holder.ask(request, self._own(share, examples)) for share, holder in self.holders.items()]
                found = [answer.result() for answer in asked]
            except (OSError, RuntimeError):  # a worker has died
                self.placed = None
                continue
            return list(map(value_of, found))
        raise OptionError(
            f"workers died {MOST_LOSSES} times in one step: their memory may be too small for their blocks"
        )

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
    import platform

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
