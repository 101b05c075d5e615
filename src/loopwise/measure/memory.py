"""What a step allocates beside its results."""

import tracemalloc


def traced(step):
    """Bytes that are left after a call, its results among them, and bytes at its peak.

    NumPy, Numba and Python all tell `tracemalloc` of their memory.
    """
    tracemalloc.start()
    try:
        results = step()
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del results
    return kept, most


def peak_beside_results(step):
    """Bytes at the peak of a call beside what it leaves: what the results keep is not temporary."""
    kept, most = traced(step)
    return most - kept
