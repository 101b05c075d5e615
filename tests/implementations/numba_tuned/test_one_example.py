"""numba_tuned.neuron.one_example: faults that are seen."""

import pytest
from helpers.faults import reject

# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
ONE = "numba_tuned.neuron.one_example"
FAULTS = {
    "a feature too few": (ONE, "product", "while j < n_x:", "while j < n_x - 1:", "logistic_step"),
    "a register forgotten": (ONE, "product", "(s0 + s1) + (s2 + s3)", "s0 + s1 + s2", "logistic_step"),
    "features past the end": (ONE, "gradient_of", "left = n_x - j", "left = n_x - j - 1", "adaline_step"),
    "the rate is left out": (ONE, "descent_along", "- alpha * dw", "- dw", "train_epochs"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])
