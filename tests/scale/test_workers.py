"""Who computes, by the name that is given."""

import builtins
import os

import pytest

from loopwise.errors import OptionError
from loopwise.scale.threads import Threads
from loopwise.scale.workers import workers_of


@pytest.mark.parametrize(("scheduler", "workers", "count"), [("threads", 3, 3), ("synchronous", None, 1)])
def test_threads_of_this_process(scheduler, workers, count):
    with workers_of(scheduler, workers) as those:
        assert isinstance(those, Threads)
        assert (those.count, those.dashboard) == (count, None)


def test_without_a_word_they_are_threads_one_for_each_core():
    from loopwise.process.environment import cores

    with workers_of() as those:
        assert those.count == cores()


@pytest.mark.parametrize(
    ("scheduler", "workers", "words"),
    [
        ("nonsense", None, "expected threads, synchronous, processes or an address"),
        (3, None, "scheduler is 3"),
        ("tcp://127.0.0.1:1", 2, "a scheduler has its own"),
        ("threads", 0, "workers is 0; expected a positive whole number"),
        (None, "two", "workers is 'two'"),
    ],
)
def test_what_makes_no_sense_is_one_line(scheduler, workers, words):
    with pytest.raises(OptionError, match=words), workers_of(scheduler, workers):
        pass


def test_without_dask_it_is_said_how_to_get_it(monkeypatch):
    imported = builtins.__import__

    def without(name, *rest, **options):
        if name.partition(".")[0] == "distributed":
            raise ImportError(name)
        return imported(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(OptionError, match=r"pip install 'loopwise\[scale\]'"), workers_of(workers=2):
        pass
    with workers_of("threads") as those:  # which need none
        assert those.count


def test_processes_leave_the_environment_as_it_was(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    before = dict(os.environ)
    with workers_of(workers=1) as those:
        assert those.count == 1
        assert those.said == "1 worker"
    assert dict(os.environ) == before
