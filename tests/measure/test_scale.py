"""What workers cost: fitted where it is known, and forecast."""

import math

from helpers.blocks import examples

from loopwise import get_implementation
from loopwise.measure import scale
from loopwise.measure.scale import Overhead, forecast, overhead
from loopwise.scale import blocks_of
from loopwise.scale.sums import sums_over
from loopwise.scale.threads import Threads


def test_a_line_that_is_known_is_found_again(monkeypatch):
    fixed, per_worker, per_byte = 2.0**-9, 2.0**-11, 2.0**-30  # so that nothing rounds

    def seconds(over, impl, theta):
        workers = len(over.blocks.pieces)
        return fixed + workers * (per_worker + 16 * len(theta) * per_byte)

    monkeypatch.setattr(scale, "seconds_of", seconds)
    monkeypatch.setattr(scale, "scatter", lambda workers, impl: 0.1)
    found = overhead(Threads(2))
    # What the 10 numbers of the small vector cost is taken for the worker's.
    assert found.per_byte == per_byte
    assert found.per_worker == per_worker + 160 * per_byte
    assert found.fixed == fixed


def test_a_forecast_is_the_sum_of_its_parts():
    step = forecast(Overhead(1e-3, 2e-3, 1e-9, 0.1), workers=100, parameters=1000, seconds=10.0)
    assert step.computing == 0.1
    assert step.waiting == 0.1 * 0.1 * math.sqrt(2 * math.log(100))
    assert step.sending == 1e-3 + 100 * (2e-3 + 16e3 * 1e-9)
    assert step.seconds == step.computing + step.waiting + step.sending
    assert step.limit == "sending theta and sums"
    assert forecast(Overhead(0, 0, 0, 0.1), 100, 10, 10.0).limit == "the slowest worker"
    assert "% of it computing" in step.said


def test_one_worker_waits_for_nobody():
    assert forecast(Overhead(1e-3, 0, 0, 0.5), 1, 10, 1.0).waiting == 0


def test_what_is_measured_is_what_was_sent():
    with sums_over(Threads(2), blocks_of(*examples(m=2), 1)) as over:
        impl = get_implementation("numpy_vectorized")
        assert over.total(scale.given_back, ([1.0, 2.0],), impl).tolist() == [2.0, 4.0]
        assert scale.seconds_of(over, impl, [1.0]) > 0
    assert 0 <= scale.scatter(Threads(2), impl) < 10
