"""Cells that several tables have."""

import pytest

from loopwise.report.cells import distrust, ratio_cell, speedup_cell

RATIOS = {
    "sure": ({"ratio": 2.0, "low": 1.5, "high": 2.5}, "2.00\n1.50–2.50"),
    "open": ({"ratio": 1.1, "low": 0.9, "high": 1.2}, "≈ 1.10\n0.900–1.20"),
    "few": ({"ratio": 1.1, "low": None, "high": None}, "1.10\nfew rounds"),
    "said to be sure": ({"ratio": 1.1, "low": 0.99, "high": 1.2, "sure": True}, "1.10\n0.990–1.20"),
    "said not to be": ({"ratio": 1.1, "low": 1.05, "high": 1.2, "sure": False}, "≈ 1.10\n1.05–1.20"),
    "few and not sure": ({"ratio": 1.1, "low": None, "high": None, "sure": False}, "≈ 1.10\nfew rounds"),
    "none": ({"ratio": None, "low": None, "high": None}, ""),
}


@pytest.mark.parametrize("kind", RATIOS)
def test_a_ratio_says_how_sure_it_is(kind):
    ratio, expected = RATIOS[kind]
    assert str(ratio_cell(ratio)) == expected


def test_the_baseline_has_1_and_a_missing_ratio_is_named():
    missing = {"ratio": None, "low": None, "high": None, "vs": "slide"}
    assert speedup_cell(missing, "slide") == "1"
    assert speedup_cell(missing, "other") == "n/a"
    assert str(speedup_cell(RATIOS["few"][0] | {"vs": "slide"}, "other")).endswith("few rounds")


def test_compilations_while_timing_are_said():
    assert distrust(0) == []
    assert "3 compilations" in distrust(3)[0]
