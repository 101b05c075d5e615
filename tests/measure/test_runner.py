"""A runner of a race: it is given its time, and no more."""

from types import SimpleNamespace

import pytest
from helpers.races import flower_race

from loopwise.measure import race as measure
from loopwise.measure import runner

pytestmark = pytest.mark.compilation


def test_every_runner_is_given_the_same_time(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(runner, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    monkeypatch.setattr(measure, "settle", lambda: None)
    monkeypatch.setattr(measure, "SLICE", 0.125)
    race = flower_race(["numba_loops", "numpy_vectorized"], seconds=1.0)
    for one, each in zip(race.runners, (0.375, 0.03125)):
        one.step = lambda theta, each=each: (now.__setitem__(0, now[0] + each) or 0.5, theta)
    measure.run(race)
    slow, fast = race.runners
    assert (len(slow.costs), len(fast.costs)) == (3, 32)
    assert (slow.seconds, fast.seconds) == (1.125, 1.0)
