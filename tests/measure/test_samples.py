"""A sample: short bursts, of which those count that had their cores to themselves."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from loopwise.measure import samples
from loopwise.measure.samples import BURST_SECONDS, Sample, Samples, burst_of, of_bursts, sample, spoilt, wake


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self):
        self.now = 0.0

    def goes_on(self, seconds):
        """So much later."""
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    """The clock of all samples."""
    clock = Clock()
    monkeypatch.setattr(samples.time, "perf_counter", lambda: clock.now)
    monkeypatch.setattr(samples, "settle", lambda own: None)
    return clock


def waiting(*seconds):
    """A `RunDelay` that has grown by so much in each burst, for ever again."""
    reads = itertools.accumulate(itertools.chain.from_iterable((0.0, wait) for wait in itertools.cycle(seconds)))
    return SimpleNamespace(seconds=lambda: next(reads), look_for_threads=lambda: None)


def test_bursts_in_which_others_ran_do_not_count():
    bursts = np.array([1.0, 5.0, 2.0, 1.5])
    assert of_bursts(bursts, np.array([0.0, 2.0, 0.0, 0.01]), 2, "last") == Sample(0.75, 0.0, "last", shared=0.25)


def test_where_others_ran_in_all_bursts_it_is_spoilt():
    found = of_bursts(np.array([1.0, 2.0, 4.0]), np.array([0.5, 0.5, 2.0]), 1, None)
    assert (found.seconds, found.taken, found.spoilt, found.shared) == (2.0, 0.5, True, 1.0)
    found = of_bursts(np.array([1.0, 1.0]), np.array([0.22, 0.24]), 1, None)  # not for long, and for a while
    assert (found.spoilt, found.shared) == (True, 0.5)


def test_a_sample_is_seconds_per_call_of_its_clean_bursts(clock, monkeypatch):
    steps = itertools.cycle([1e-4] * 10 + [7e-4] * 10)  # every second burst is slow, because others ran
    found = sample(lambda: clock.goes_on(next(steps)), 10, False, waiting(0.0, 6e-3))
    assert found.seconds == pytest.approx(1e-4)
    monkeypatch.setattr(samples, "wake", lambda step, seconds: None)
    steps = itertools.cycle([1e-4] * 5 + [7e-4] * 5)
    found = sample(lambda: clock.goes_on(next(steps)), 5, True, waiting(0.0, 3e-3))
    assert (found.seconds, found.spoilt) == (pytest.approx(1e-4), False)


def test_the_last_result_is_told(clock):
    results = iter(range(10**6))

    def step():
        clock.goes_on(1e-4)
        return next(results)

    last = sample(step, 3, True, waiting(0.0)).last
    assert last == next(results) - 1


def test_one_interrupted_call_does_not_make_bursts_short(clock):
    steps = iter([1e-3, 1e-5, 1e-3, 1e-5])
    assert wake(lambda: clock.goes_on(next(steps)), 2e-3) == pytest.approx(1e-5)
    steps = iter([5.0, 1.0])
    assert wake(lambda: clock.goes_on(next(steps)), 0.0) == pytest.approx(5.0)  # once at least


@pytest.mark.parametrize(("seconds", "calls"), [(1.0, 1), (BURST_SECONDS, 1), (BURST_SECONDS / 40, 40), (0.0, 500_000)])
def test_a_burst_lasts_half_a_millisecond(seconds, calls):
    assert burst_of(seconds) == calls


# Rounds of each kind, what is to be told, and whether that is a figure. Clean ones take 1 s, bearable 2 s, others 9 s.
ROUNDS = [
    ((3, 0, 0), {1.0}, True),
    ((1, 1, 0), {1.0}, True),
    ((6, 40, 50), {1.0}, True),
    ((1, 5, 0), {1.0, 2.0}, True),
    ((5, 4, 5), {1.0, 2.0}, True),
    ((0, 6, 90), {2.0}, True),
    ((0, 0, 1), {9.0}, False),
    ((1, 1, 5), {1.0, 2.0, 9.0}, False),
]


@pytest.mark.parametrize(("rounds", "told", "is_figure"), ROUNDS)
def test_a_figure_needs_enough_rounds_that_were_not_spoilt(rounds, told, is_figure):
    measured = Samples()
    samples = [*[Sample(1.0)] * rounds[0], *[Sample(2.0, 0.2)] * rounds[1], *[Sample(9.0, 0.4)] * rounds[2]]
    for r, one in enumerate(samples):
        measured.enter(r, one)
    assert (measured.rounds, measured.is_spoilt) == (sum(rounds), not is_figure)
    assert set(measured.told.values()) == told
    assert measured.quartiles()["samples"] == len(measured.told)
    assert measured.is_disturbed is (told != {1.0})


def test_what_others_took_of_a_bearable_time_is_less_than_a_third_of_the_rest():
    # With a share s taken, 1 / (1 − s) times as long.
    assert Samples(spoilt={0: Sample(1.0, 1 - 1 / 1.299)}).bearable
    assert not Samples(spoilt={0: Sample(1.0, 1 - 1 / 1.301)}).bearable


def test_what_is_said_instead_of_a_figure():
    measured = Samples(seconds={0: 1.0}, spoilt={r: Sample(9.0, 0.335) for r in range(1, 9)})
    assert spoilt(measured) == "other programs took 34% of its time in 8 of 9 rounds"


def test_a_first_call_is_watched(monkeypatch):
    reads = iter([1.0, 1.25])

    class Waited:
        def __enter__(self):
            return SimpleNamespace(seconds=lambda: next(reads), look_for_threads=lambda: None)

        def __exit__(self, *error):
            pass

    clock = Clock()
    monkeypatch.setattr(samples, "RunDelay", Waited)
    monkeypatch.setattr(samples.time, "perf_counter", lambda: clock.now)
    assert samples.watched(lambda: clock.goes_on(2.0) or "done") == Sample(2.0, 0.125, "done")


@pytest.mark.parametrize(("shared", "is_at_most"), [([], False), ([0.0, 0.09], False), ([0.0, 0.05, 0.2], True)])
def test_a_time_is_a_limit_where_others_had_its_cores_in_a_twentieth_of_the_bursts(shared, is_at_most):
    measured = Samples()
    for r, share in enumerate(shared):
        measured.enter(r, Sample(1.0, shared=share))
    assert measured.is_at_most is is_at_most
