"""numba_tuned.neuron.by_features: faults that are seen."""

import pytest
from helpers.faults import reject

# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "tuned: one chunk's share of tall sums forgotten": (
        "numba_tuned.neuron.by_features",
        "add_sums",
        "range(1, chunks)",
        "range(2, chunks)",
        "matvec",
    ),
    "tuned: tall sums of the first row only": (
        "numba_tuned.neuron.step",
        "weighted_sums",
        "z[:m].copy()",
        "np.full(m, z[0])",
        "matvec",
    ),
    "tuned: a tall X's last features left out": (
        "numba_tuned.neuron.by_features",
        "features_of_chunk",
        "(chunk + 1) * n_x // chunks",
        "(chunk + 1) * (n_x - 1) // chunks",
        "logistic_step",
    ),
    "tuned: one chunk's share of a tall X's z forgotten": (
        "numba_tuned.neuron.by_features",
        "add_sums",
        "range(1, chunks)",
        "range(2, chunks)",
        "logistic_step",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])
