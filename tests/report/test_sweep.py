"""The sweep in words."""

from helpers import made_up

from loopwise.measure import sweep as sweeps
from loopwise.report import units
from loopwise.report.html import Points
from loopwise.report.sweep import notes, sentence, sweep_figure


def test_a_crossover_is_a_sentence():
    found = sweeps.Crossover("numpy_vectorized", "numba_loops", 312.4)
    assert sentence(found, "m") == "numpy_vectorized overtakes numba_loops at m ≈ 310"
    assert [units.count(65536), units.about(65536), units.count(0.5)] == ["65 536", "66 000", "0.5"]
    assert [units.memory(number) for number in (12, 1500, 2.7e6, 3e9)] == ["12 B", "1.50 kB", "2.70 MB", "3.00 GB"]


def test_what_was_at_most_so_long_is_hollow_and_says_so():
    sweep = made_up.swept([(1.0, 2.0), (2.0, 1.5)], ("one", "other"))
    hollow = lambda: [line for line in sweep_figure(sweep).axes[0].lines if line.get_markerfacecolor() == "white"]  # noqa: E731
    assert hollow() == []
    sweep.row("other", 8).at_most = True
    (point,) = hollow()
    assert (list(point.get_xdata()), list(point.get_ydata())) == ([8], [1.5])
    assert sweep_figure(sweep).axes[0].get_ylabel().endswith("(hollow: at most)")
    points = Points()
    page = sweep_figure(sweep, points)
    assert not any(line.get_markerfacecolor() == "white" for line in page.axes[0].lines)
    assert [text for *_, text in points.said.values() if "≤" in text] == ["other, m = 8: ≤ 1.50 s"]


def test_compiling_beside_other_programs_is_at_most_so_long():
    sweep = made_up.swept([(1.0, 2.0), (2.0, 1.5)], ("one", "other"))
    assert "Compiling from nothing, once: other 1.50 s." in notes(sweep)
    sweep.compile_at_most = ["other"]
    assert "Compiling from nothing, once: other ≤ 1.50 s." in notes(sweep)


def test_compilations_that_fell_into_the_timing_are_said():
    sweep = made_up.swept([(1.0, 2.0), (2.0, 1.5)], ("one", "other"))
    for comparison in sweep.comparisons.values():
        comparison.compiled_while_timing = 1
    assert "2 compilations fell into the timing: do not trust it." in notes(sweep)
