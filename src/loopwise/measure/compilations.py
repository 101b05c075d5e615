"""What Numba compiles while something runs: how often, and how long. Code loaded from the cache is not compiled."""

import time
from contextlib import contextmanager

from numba.core import event


class Compilations(event.Listener):
    """Counts compilations, and the wall time during which at least one was under way."""

    def __init__(self, told):
        self.count, self.seconds, self._told = 0, 0.0, told
        self._depth, self._since = 0, 0.0

    def on_start(self, event):
        if self._depth == 0:
            self._since = time.perf_counter()
            self._told(event.data["dispatcher"].py_func.__name__)
        self._depth += 1
        self.count += 1

    def on_end(self, event):
        self._depth -= 1
        if self._depth == 0:
            self.seconds += time.perf_counter() - self._since
            self._told("")


@contextmanager
def compilations(told=lambda name: None):
    """Listen while the `with` block runs; yields a `Compilations`.

    Parameters
    ----------
    told : callable(name), optional
        Called with the name of the function that is compiled from now on, and with "" when it is done.
    """
    listener = Compilations(told)
    event.register("numba:compile", listener)
    try:
        yield listener
    finally:
        event.unregister("numba:compile", listener)
