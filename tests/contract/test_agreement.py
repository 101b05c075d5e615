"""Agreement: how far apart results are, and what is never agreement."""

import numpy as np

from loopwise.contract.agreement import agreement, ulp_distance
from loopwise.contract.rounding_bounds import Ball


def test_ulp_distance():
    assert ulp_distance(1.0, np.nextafter(1.0, 2)) == 1
    assert ulp_distance(-5e-324, 5e-324) == 3  # −5e−324, −0.0, 0.0, 5e−324
    assert ulp_distance(0.0, -0.0) == 1
    assert ulp_distance(np.float32(1), np.nextafter(np.float32(1), np.float32(0))) == 1
    assert ulp_distance(-1.0, 1.0) == 2 * int(np.float64(1.0).view(np.int64)) + 1


def test_not_a_number_never_passes_as_rounding():
    bound = {"J": Ball(np.float64(1.0), np.float64(1.0), 2.0**-53)}
    assert not agreement({"J": float("nan")}, {"J": 1.0}, "rounding", bound).passed
    assert not agreement({"J": 1.0}, {"J": float("inf")}, "rounding", bound).passed
