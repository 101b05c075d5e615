"""Python's garbage collector, which walks through all objects whenever many were made."""

import gc
from contextlib import contextmanager


@contextmanager
def collecting_paused():
    """Nothing is collected in the block; objects without cycles are freed all the same."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
