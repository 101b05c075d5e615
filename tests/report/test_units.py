"""Numbers as people read them."""

import pytest

from loopwise.report import units


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00135, "1.35 ms"),
        (26.2e-6, "26.2 µs"),
        (1.5, "1.50 s"),
        (371e-3, "371 ms"),
        (5e-9, "5.00 ns"),
        (0.9996e-3, "1000 µs"),
    ],
)
def test_seconds_read_well(value, text):
    assert units.seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0164, "0.0164"), (5.3e-5, "0.0000530"), (0.372, "0.372"), (1234.5, "1234"), (0.0, "0"), (61.17, "61.2")],
)
def test_three_digits_read_well(value, text):
    assert units.three(value) == text
