"""numba_tuned.neuron.delta: faults that are seen."""

import pytest
from helpers.faults import reject

# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "tuned: an unfinished vector counts in full": (
        "numba_tuned.neuron.delta",
        "costs_and_deltas",
        "keep_first(more, count - i)",
        "more",
        "logistic_step",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])
