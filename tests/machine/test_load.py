"""What others take: from this process's threads, and of the whole machine."""

import sys

import pytest

from loopwise.machine import load
from loopwise.machine.load import Load, RunDelay


def thread(folder, name, waited):
    """A thread as Linux shows it: nanoseconds that it ran, and that it waited; turns."""
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "schedstat").write_text(f"5000000000 {waited} 17\n")


def test_all_threads_count_and_new_ones_are_taken_in(tmp_path, monkeypatch):
    monkeypatch.setattr(load, "TASKS", tmp_path)
    thread(tmp_path, "1", 1_500_000_000)
    with RunDelay() as delay:
        assert delay.known
        assert delay.seconds() == pytest.approx(1.5)
        thread(tmp_path, "2", 250_000_000)
        delay.look_for_threads()
        assert delay.seconds() == pytest.approx(1.75)
        (tmp_path / "1" / "schedstat").unlink()
        (tmp_path / "1").rmdir()
        delay.look_for_threads()
        assert delay.seconds() == pytest.approx(1.75)  # what it has waited is not taken back
    assert not delay.known


def test_what_each_thread_has_run(tmp_path, monkeypatch):
    monkeypatch.setattr(load, "TASKS", tmp_path)
    with RunDelay() as delay:
        thread(tmp_path, "1", 0)
        assert delay.ran() == {"1": 5_000_000_000}  # and those that were started meanwhile


def test_where_the_system_does_not_tell_nothing_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(load, "TASKS", tmp_path / "nowhere")
    with RunDelay() as delay:
        delay.look_for_threads()
        assert (delay.known, delay.seconds()) == (False, 0.0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has /proc")
def test_this_process_has_a_thread_at_least():
    with RunDelay() as delay:
        assert delay.known or not load.TASKS.exists()
        assert 0.0 <= delay.seconds() < 1e6


def test_what_others_use_is_what_is_busy_and_not_ours(monkeypatch):
    # Seconds of the clock, of all cores, of ours, of the host.
    times = iter([(0.0, 100.0, 10.0, 0.0), (10.0, 115.0, 15.0, 2.0), (10.0, 101.0, 19.0, 0.0)])
    monkeypatch.setattr(load, "now", lambda: next(times))
    watched = Load()
    assert watched.so_far() == {"other_programs": 1.0, "host": 0.2}
    assert watched.so_far() == {"other_programs": 0.0, "host": 0.0}


def test_the_systems_counters_can_be_read():
    assert set(Load().so_far()) == {"other_programs", "host"}
