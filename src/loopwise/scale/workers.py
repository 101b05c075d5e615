"""Who computes: threads of this process, processes of this machine, or a Dask cluster; all give the same bits."""

import os
import signal
import sys
import threading
from contextlib import contextmanager, nullcontext

from ..errors import OptionError, one_line
from ..process.environment import cores
from ..validation import validate_count
from .threads import Threads

IN_THREADS = ("threads", "synchronous")
SECONDS_TO_CONNECT = 10.0
# Of processes of this machine. What is preloaded lets workers that are started anew ignore Ctrl-C, too.
SETTINGS = {
    "threads_per_worker": 1,
    "dashboard_address": ":0",
    "silence_logs": 50,
    "preload": ["loopwise.scale.preload"],
}


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
    needed()
    from .cluster import Cluster

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
    with environment_kept():
        with ignoring_interrupts():
            cluster = distributed.LocalCluster(**SETTINGS, n_workers=count)
        with cluster, distributed.Client(cluster, direct_to_workers=True) as client:
            yield client


@contextmanager
def environment_kept():
    """Dask sets the number of threads for the processes that it starts, and for this one, too: only in this block."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


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
