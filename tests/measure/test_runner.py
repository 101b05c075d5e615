"""A runner of a race: it is given its time, and no more; many steps are one call, with the bits of so many steps."""

from types import SimpleNamespace

import pytest
from helpers.races import flower_race

from loopwise.learning.state import State
from loopwise.measure import race as measure
from loopwise.measure import runner

pytestmark = pytest.mark.compilation


@pytest.fixture
def clock(monkeypatch):
    """A clock that only moves when it is told to; slices of an eighth of a second."""
    now = [0.0]
    monkeypatch.setattr(runner, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    monkeypatch.setattr(measure, "settle", lambda: None)
    monkeypatch.setattr(measure, "SLICE", 0.125)
    return lambda seconds: now.__setitem__(0, now[0] + seconds)


def test_every_runner_is_given_the_same_time(clock):
    race = flower_race(["numba_loops", "numpy_vectorized"], seconds=1.0)
    for one, each in zip(race.runners, (0.375, 0.03125)):
        one.epochs, one.step = None, lambda theta, each=each: (clock(each) or 0.5, theta)
    measure.run(race)
    slow, fast = race.runners
    assert (len(slow.costs), len(fast.costs)) == (3, 32)
    assert (slow.seconds, fast.seconds) == (1.125, 1.0)


def test_steps_are_taken_in_calls_where_there_is_train_epochs(clock):
    race = flower_race(["numba_loops"], seconds=0.125)
    (one,), calls = race.runners, []
    one.step = lambda theta: (clock(2.0**-10) or 0.5, theta)
    one.epochs = lambda theta, count: calls.append(count) or clock(2.0**-14 * count) or ([0.5] * count, theta)
    measure.run(race)
    # Two steps one by one, 2 · 2⁻¹⁰ s; then 32 times as many as before; then those that fit into the rest.
    assert calls == [runner.GROWTH, runner.GROWTH**2, 960]
    assert len(one.costs) == 2 + sum(calls)
    assert one.seconds == 0.125


class Held:
    """What a program beside this one takes: a share of the time that passes, as long as it runs."""

    def __init__(self, share, clock, until=float("inf")):
        self.share, self.clock, self.until = share, clock, until

    def __call__(self):
        return self

    __enter__ = __call__

    def __exit__(self, *error):
        """There is nothing to give back."""

    def look_for_threads(self):
        """There are no others."""

    def seconds(self):
        """Waited."""
        return self.share * min(self.clock(), self.until)


@pytest.mark.parametrize(
    ("share", "until", "marked"),
    [
        (0.0, 1.0, (False, False, 0.125)),
        (0.2, 1.0, (False, False, 0.125)),  # at most 1.3 times too long
        (0.3, 1.0, (True, True, None)),
        (0.3, 0.125, (False, True, 0.125)),  # one slice of eight
    ],
)
def test_slices_of_which_others_took_much_say_nothing(clock, monkeypatch, share, until, marked):
    monkeypatch.setattr(measure, "RunDelay", Held(share, runner.time.perf_counter, until))
    race = flower_race(["numba_loops", "numpy_vectorized"], seconds=1.0)
    del race.runners[1:]
    (one,) = race.runners
    one.epochs, one.step = None, lambda theta: (clock(0.125) or 0.5, theta)
    measure.run(race)
    assert (one.spoilt, one.slices.is_at_most, one.step_seconds) == marked
    assert one.taken_by_others == pytest.approx(share * until)
    (told,) = race.as_dict()["runners"]
    assert (told["spoilt"], told["at_most"], told["step_seconds"]) == marked


def test_implementations_without_train_epochs_have_steps_only():
    loops, arrays = flower_race(["numba_loops", "numpy_vectorized"]).runners
    assert loops.epochs is not None
    assert arrays.epochs is None


def test_ctrl_c_in_a_call_ends_the_race(monkeypatch):
    race = flower_race(["numba_loops"])
    (one,) = race.runners
    monkeypatch.setattr(
        measure, "train", lambda *given, **named: State(one.theta, one.theta[:0], stopped="interrupted")
    )
    measure.run(race)
    assert race.stopped


def test_costs_of_calls_are_those_of_steps():
    race, theta = flower_race(["numba_loops"], seconds=0.05), flower_race(["numba_loops"]).runners[0].theta
    measure.run(race)
    (one,) = race.runners
    costs = []
    for _ in one.costs[:200]:
        J, theta = one.step(theta)
        costs.append(J)
    assert one.costs[:200] == costs


def test_after_numbers_that_are_not_finite_there_are_steps_only():
    race = flower_race(["numba_loops"])
    (one,) = race.runners
    one.epochs = lambda theta, count: None
    measure.run(race)
    assert one.epochs is None
    assert len(one.costs) > 1
    assert race.agreed
