"""What Numba compiles while something runs: how often, and how long. Code loaded from the cache is not compiled."""

import time
from contextlib import contextmanager

from numba.core import event


class Compilations(event.Listener):
    """Counts compilations, and the wall time during which at least one was under way."""

    def __init__(self):
        self.count, self.seconds = 0, 0.0
        self._depth, self._since = 0, 0.0

    def on_start(self, event):
        if self._depth == 0:
            self._since = time.perf_counter()
        self._depth += 1
        self.count += 1

    def on_end(self, event):
        self._depth -= 1
        if self._depth == 0:
            self.seconds += time.perf_counter() - self._since


@contextmanager
def compilations():
    """Listen while the `with` block runs; yields a `Compilations`."""
    listener = Compilations()
    event.register("numba:compile", listener)
    try:
        yield listener
    finally:
        event.unregister("numba:compile", listener)
