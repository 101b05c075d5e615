"""Threads: as many for each contender, put back, and quiet in the end."""

import itertools
import time

from loopwise import get_implementation
from loopwise.machine.threads import settle
from loopwise.measure import interleaved


def test_settle_gives_up_in_the_end(monkeypatch):
    busy = itertools.count()
    monkeypatch.setattr(interleaved.time, "process_time", lambda: next(busy))
    begun = time.perf_counter()
    settle(limit=0.05)
    assert time.perf_counter() - begun >= 0.05


def test_threads_are_the_same_for_all_and_put_back():
    import numba
    import threadpoolctl

    from loopwise.machine.threads import threads

    before = numba.get_num_threads()
    with threads(1):
        assert numba.get_num_threads() == 1
        assert {pool["num_threads"] for pool in threadpoolctl.threadpool_info()} == {1}
    assert numba.get_num_threads() == before
    assert get_implementation("numba_parallel").family == "numba"
