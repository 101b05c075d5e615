"""numba_tuned.neuron.by_features: faults that are seen."""

import pytest
from helpers.faults import reject

# === the suite can fail ===============================================================================

# kind: (place, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "tuned: a tall X's last features left out": (
        "numba_tuned.neuron.by_features",
        "features_of_slot",
        "(slot + 1) * n_x // SLOTS",
        "(slot + 1) * (n_x - 1) // SLOTS",
        "logistic_step",
    ),
    "tuned: one slot's share of a tall X's z forgotten": (
        "numba_tuned.neuron.by_features",
        "add_sums",
        "range(1, SLOTS)",
        "range(2, SLOTS)",
        "logistic_step",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(tmp_path, kind):
    reject(tmp_path, *FAULTS[kind])
