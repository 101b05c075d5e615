"""numba_tuned.neuron.by_examples: faults that are seen."""

import pytest
from helpers.faults import reject

# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "tuned: gradient not divided": (
        "numba_tuned.neuron.by_examples",
        "add_chunks",
        "gradient[j] /= divisor",
        "pass",
        "logistic_step",
    ),
    "tuned: a chunk's last block left out": (
        "numba_tuned.neuron.by_examples",
        "range_of_chunk",
        "min(m, (chunk + 1) * blocks // chunks * size)",
        "min(m - m // 40, (chunk + 1) * blocks // chunks * size)",
        "logistic_step",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    reject(*FAULTS[kind])
