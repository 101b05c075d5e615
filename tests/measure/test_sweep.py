"""`loopwise sweep` and `loopwise break-even`: curves, crossovers, what compiling costs and when it has paid."""

from functools import partial

import pytest
from helpers import made_up

from loopwise import workloads
from loopwise.measure import sweep as sweeps
from loopwise.measure.samples import Samples

pytestmark = pytest.mark.compilation


def steps(**medians):
    """`step_seconds` by size, with quartiles a tenth away."""
    return {
        int(size[1:]): {"median": median, "p25": 0.9 * median, "p75": 1.1 * median} for size, median in medians.items()
    }


# === crossovers =======================================================================================


def test_a_crossover_lies_where_the_lines_meet():
    slow_start, fast_start = steps(_10=8.0, _1000=8.0), steps(_10=1.0, _1000=64.0)
    # On logarithmic axes the second rises from 1 to 64 while 8 lies half-way.
    (found,) = sweeps.overtakings("late", slow_start, "early", fast_start)
    assert found.overtakes == "late"
    assert found.at == pytest.approx(100.0)
    assert list(sweeps.overtakings("early", fast_start, "late", slow_start)) == []


def test_where_quartiles_overlap_none_overtakes():
    one, other = steps(_1=1.0, _2=1.05, _4=1.0), steps(_1=1.1, _2=1.0, _4=1.1)
    assert list(sweeps.overtakings("one", one, "other", other)) == []
    assert list(sweeps.overtakings("other", other, "one", one)) == []


def test_uncertain_sizes_lie_between():
    one, other = steps(_1=2.0, _10=1.0, _100=1.0), steps(_1=1.0, _10=1.05, _100=2.0)
    (found,) = sweeps.overtakings("one", one, "other", other)
    assert found.at == pytest.approx(10.0)


def ratio(times, sure=True):
    """How many times as fast, and whether that is sure."""
    return {"ratio": times, "low": None, "high": None, "sure": sure}


def test_paired_rounds_tell_where_there_are_any():
    # By the quartiles nothing could be said; the pairs of rounds leave no doubt at 1 and at 100.
    one, other = steps(_1=1.0, _10=1.0, _100=1.0), steps(_1=1.0, _10=1.0, _100=1.0)
    ratios = {1: ratio(0.5), 10: ratio(3.0, sure=False), 100: ratio(2.0)}
    (found,) = sweeps.overtakings("one", one, "other", other, ratios)
    assert (found.low, found.high, found.at) == (1, 100, pytest.approx(10.0))


def test_where_paired_rounds_leave_a_doubt_none_overtakes():
    one, other = steps(_1=2.0, _10=1.0), steps(_1=1.0, _10=2.0)
    assert list(sweeps.overtakings("one", one, "other", other))
    assert list(sweeps.overtakings("one", one, "other", other, {1: ratio(0.5), 10: ratio(2.0, sure=False)})) == []


def test_without_a_shared_round_quartiles_tell_nothing():
    one, other = steps(_1=2.0, _10=1.0), steps(_1=1.0, _10=2.0)
    assert list(sweeps.overtakings("one", one, "other", other, {1: ratio(0.5)})) == []


def test_only_of_what_was_measured_rounds_are_paired():
    made = made_up.swept([(1.0, 2.0), (2.0, 1.0)], ("one", "other"))
    assert made.paired("one", "other") is None
    made.comparisons[4].samples = {"one": Samples(seconds={0: 1.0}), "other": Samples(seconds={1: 2.0})}
    assert made.paired("one", "other") == {}
    assert made.crossovers() == []


# === the sweep ========================================================================================


def test_what_is_too_slow_stops_and_is_named():
    build = partial(workloads.grown, work="logistic", features=200)
    # 24 million multiply-adds: seconds, where half of one is allowed.
    swept = sweeps.sweep(build, [4, 60_000, 60_001], "m", ["python_loops", "numpy_vectorized"], 1.0, cold=False)
    assert list(swept.steps("python_loops")) == [4]
    assert list(swept.steps("numpy_vectorized")) == [4, 60_000, 60_001]
    assert swept.row("python_loops", 60_001) is None
    assert "m = 60000: one step would take" in swept.left["python_loops"]


def test_memory_is_what_is_not_kept():
    swept = sweeps.sweep(
        partial(workloads.grown, work="logistic"), [10_000], "m", ["numpy_vectorized"], 1.0, cold=False
    )
    # One row of 10 000 float64 is 80 kB: some of them at once, but never a copy of all 30 rows of X.
    assert 80_000 < swept.temporaries["numpy_vectorized", 10_000] < 30 * 80_000


@pytest.mark.parametrize("over", [over for over in workloads.GROWS if over != "batch_size"])
def test_every_size_can_grow(over):
    small, large = (workloads.grown(size, over, work="network", examples=8) for size in (2, 4))
    assert small.flops < large.flops


def test_a_batch_grows_in_training_alone():
    small, large = (workloads.grown(size, "batch_size", work="training", examples=8, features=3) for size in (1, 8))
    assert [work.sizes["batch_size"] for work in (small, large)] == [1, 8]
    assert small.inputs["X"].tobytes() == large.inputs["X"].tobytes()
    assert workloads.drawn("training", 8, 3).sizes["batch_size"] == 1
    network = workloads.drawn("training", 8, 3, layers=(4, 3)).sizes
    assert (network["layer_sizes"], network["batch_size"]) == ([3, 4, 3], 32)


def test_sizes_are_what_was_asked_for():
    assert workloads.grown(3, "depth", (5, 1), work="network").sizes["layer_sizes"] == [30, 5, 5, 5, 1]
    assert workloads.grown(7, "width", (5, 5, 3), work="network").sizes["layer_sizes"] == [30, 7, 7, 3]
    assert workloads.grown(7, "m", work="matmul").sizes["p"] == 7
