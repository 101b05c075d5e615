"""The matmul ladder: every rung keeps its contract on every shape, and `loopwise ladder` says so."""

import pytest
from helpers.rungs import EXACT

from loopwise.measure.ladder import climb, ratio
from loopwise.measure.samples import Sample, Samples

# === the command ======================================================================================


@pytest.mark.compilation
def test_what_does_not_fit_the_budget_is_left_out():
    ladder = climb((330, 330, 330), budget=0.04)
    rows = {row.name: row for row in ladder.rows}
    assert rows["slide"].note.startswith("n/a: one product would take ")
    assert rows["slide"].step_seconds is None
    assert ladder.reference in EXACT[1:]
    assert ladder.agreed
    assert rows["prefetch"].gflops > 0
    assert rows["prefetch"].times_slide is None


def test_there_is_no_ratio_to_what_other_programs_spoilt():
    clean = Samples(seconds=dict.fromkeys(range(9), 1.0))
    samples = {"a": clean, "b": clean, "c": Samples(spoilt=dict.fromkeys(range(9), Sample(1.0, 0.9)))}
    assert ratio(samples, "a", "b")["ratio"] == 1.0
    assert ratio(samples, "a", "c") is ratio(samples, "c", "a") is None
