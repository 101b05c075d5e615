"""The matmul ladder: every rung keeps its contract on every shape, and `loopwise ladder` says so."""

import pytest
from helpers.rungs import EXACT

from loopwise.measure.ladder import climb

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
