"""The sweep in words."""

from loopwise.measure import sweep as sweeps
from loopwise.report import units
from loopwise.report.sweep import sentence


def test_a_crossover_is_a_sentence():
    found = sweeps.Crossover("numpy_vectorized", "numba_loops", 312.4)
    assert sentence(found, "m") == "numpy_vectorized overtakes numba_loops at m ≈ 310"
    assert [units.count(65536), units.about(65536), units.count(0.5)] == ["65 536", "66 000", "0.5"]
    assert [units.memory(number) for number in (12, 1500, 2.7e6, 3e9)] == ["12 B", "1.50 kB", "2.70 MB", "3.00 GB"]
