"""Is it the same again? One function called several times, with other numbers in between, and by several threads.

A single call on a few numbers says little of what is kept between calls, or of threads that write to the same
numbers: each has done its share before the next is awake. So the function is also given work that takes threads a
while, again and again. Sums in another order are no fault under the rounding contract: bits that differ are then only
mentioned.
"""

import time

import numba
import numpy as np

from .. import workloads
from .agreement import bound_share, ulp_distance

CALLS = 10  # of a function for which no other thread works
OTHERS_WORK = 0.01  # of the caller's own processor time: less is no share of the function's work
SECONDS = 0.25  # at most, for the calls with each number of threads
PATIENCE = 2.0  # instead, where the bits were seen to depend on which thread comes first
LARGE_FLOPS = 2**18  # a tenth of a millisecond for one thread, ten times what it takes to wake the next
TOO_LONG = 0.1  # seconds: a function for which a call takes so long is given nothing larger
SMALL_BYTES = 1024  # NumPy keeps several freed arrays of each size up to here, and above it none


def arrays_of(names, results):
    """Copies of what a function returned, by name; None where it is not as many numbers as there should be."""
    results = results if isinstance(results, (tuple, list)) and len(names) > 1 else (results,)
    try:
        return {name: np.array(result, np.float64) for name, result in zip(names, results, strict=True)}
    except (TypeError, ValueError):
        return None


def same_bits(first, later):
    """Whether a later result, by name, is the first one again."""
    return same_shapes(first, later) and not any(differ(one, later[name]).any() for name, one in first.items())


def same_shapes(first, later):
    """Whether a later result has the first one's shapes."""
    return later is not None and all(one.shape == later[name].shape for name, one in first.items())


def differ(one, other):
    """Which numbers have other bits; one NaN is as good as another."""
    return (ulp_distance(one, other) > 0) & ~(np.isnan(one) & np.isnan(other))


def beyond(bound, centre, later):
    """Whether a result is further from another one than rounding can be."""
    if not same_shapes(centre, later):
        return True
    return any((~(bound_share(later[name], one, bound[name].rad) <= 1)).any() for name, one in centre.items())


def furthest(first, later):
    """`C[3, 1] is 0.25, then 0.5`: where a later result is furthest from the first."""
    if not same_shapes(first, later):
        return "what it returns has one shape, then another"
    apart = {name: np.where(differ(one, later[name]), distance(one, later[name]), -1) for name, one in first.items()}
    name = max(apart, key=lambda name: apart[name].max())
    where = np.unravel_index(int(apart[name].argmax()), apart[name].shape)
    index = f"[{', '.join(map(str, map(int, where)))}]" if first[name].size > 1 else ""
    one, other = (float(np.atleast_1d(array[name])[where]) for array in (first, later))
    digits = 6 if f"{one:.6g}" != f"{other:.6g}" else 17
    return f"{name}{index} is {one:.{digits}g}, then {other:.{digits}g}"


def distance(one, other):
    """|one − other|, infinite where that is no number."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.atleast_1d(np.nan_to_num(np.abs(one - other), nan=np.inf))


def growing(make):
    """Work that is larger in each dimension every time, until it is large enough for threads to meet.

    Parameters
    ----------
    make : str or callable(size) -> Workload
        An operation's name, or what makes the work from (units, features, examples).
    """
    for doubled in range(32):
        size = 4 << doubled, 8 << doubled, 32 << doubled
        work = workloads.operation(make, *size) if isinstance(make, str) else make(size)
        yield work
        if work.flops >= LARGE_FLOPS:
            return


def starts_threads():
    """Whether anything in this process has started Numba's threads."""
    try:
        return bool(numba.threading_layer())
    except ValueError:
        return False


def call_again(call, suspicious):
    """Call again and again, with several numbers of threads where there are any.

    Parameters
    ----------
    call : callable() -> object
    suspicious : callable() -> bool
        Whether threads seem to meet: then it is worth more time, with two threads at least.

    Yields
    ------
    int
        How many threads there were.
    object
        What was returned.
    """
    if not starts_threads():  # to set their number would start them
        yield from ((1, result) for result in calls_of(call, lambda: False, True))
        return
    before, most = numba.get_num_threads(), numba.config.NUMBA_NUM_THREADS
    try:
        for count in sorted({min(count, most) for count in (1, 2, 4, most)}):
            numba.set_num_threads(count)
            yield from ((count, result) for result in calls_of(call, suspicious, count == 1))
    finally:
        numba.set_num_threads(before)


def calls_of(call, suspicious, alone):
    """Yield what a call returns, again and again, until that is enough.

    Where other threads may work, it is soon seen whether any do: if none has, it is as if there were none.
    """
    begun, calls, mine, whole = time.perf_counter(), 0, time.thread_time(), time.process_time()
    while calls < 2 or not enough(calls, time.perf_counter() - begun, alone, suspicious):
        calls += 1
        yield call()
        own = time.thread_time() - mine
        alone = alone or (calls == CALLS and time.process_time() - whole - own < OTHERS_WORK * own)


def enough(calls, seconds, alone, suspicious):
    """Whether so many calls, in so many seconds, have shown what there is to see."""
    if alone:
        return calls >= CALLS or seconds > SECONDS
    return seconds > (PATIENCE if suspicious() else SECONDS)


def leave_garbage(expected):
    """Memory that is handed out again is seldom empty: NaN, where the function's own arrays will probably lie."""
    for value in expected.values():
        copies = 8 if np.asarray(value).nbytes <= SMALL_BYTES else 2
        garbage = [np.full(np.shape(value), np.nan) for _ in range(copies)]
        del garbage
