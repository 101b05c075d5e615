"""What a step allocates beside its results."""

import tracemalloc


def peak_beside_results(step):
    """NumPy, Numba and Python all tell `tracemalloc` of their memory; what the results keep is not temporary."""
    tracemalloc.start()
    try:
        results = step()
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del results
    return most - kept
