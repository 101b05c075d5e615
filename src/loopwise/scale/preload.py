"""What a worker process begins with: Ctrl-C, which reaches all processes of a terminal, is left to the command."""

import signal


def dask_setup(worker):
    """Called by Dask, in the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
