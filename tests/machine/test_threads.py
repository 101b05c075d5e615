"""Threads: as many for each contender, put back, and quiet in the end."""

import itertools
import time

import pytest

from loopwise import get_implementation
from loopwise.machine import threads as machine
from loopwise.machine.threads import settle
from loopwise.measure import interleaved


def test_settle_gives_up_in_the_end(monkeypatch):
    busy = itertools.count()
    monkeypatch.setattr(interleaved.time, "process_time", lambda: next(busy))
    begun = time.perf_counter()
    settle(limit=0.05)
    assert time.perf_counter() - begun >= 0.05


@pytest.fixture
def tasks(tmp_path, monkeypatch):
    """This process's threads, as Linux shows them."""
    monkeypatch.setattr(machine, "TASKS", tmp_path)
    monkeypatch.setattr(machine.threading, "get_native_id", lambda: 5)

    def put(name, state):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "stat").write_text(f"{name} (a R (b) {state} 1 2 3")

    put("5", "R")
    return put


def test_a_thread_that_spins_is_seen_at_once(tasks, monkeypatch):
    # Its time is counted every few milliseconds only: until then the process seems to be quiet.
    monkeypatch.setattr(interleaved.time, "process_time", lambda: 0.0)
    assert not machine.others_run()
    tasks("6", "S")
    assert not machine.others_run()
    tasks("7", "R")
    assert machine.others_run()
    begun = time.perf_counter()
    settle(limit=0.05)
    assert time.perf_counter() - begun >= 0.05
    assert not machine.others_run({"7"})


def test_nobody_waits_for_threads_of_ones_own(tasks, monkeypatch):
    busy = itertools.count()
    monkeypatch.setattr(interleaved.time, "process_time", lambda: next(busy))
    tasks("7", "R")
    begun = time.perf_counter()
    settle(limit=60.0, own={"7"})
    assert time.perf_counter() - begun < 30.0


def test_where_the_system_shows_no_threads_none_run(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "TASKS", tmp_path / "nowhere")
    assert not machine.others_run()


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
