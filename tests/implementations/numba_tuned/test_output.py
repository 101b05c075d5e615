"""numba_tuned.network.output: faults that are seen."""

import pytest
from helpers.faults import edges, reject

# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "tuned: filled-up columns cost something": (
        "numba_tuned.network.output",
        "output_of_panel",
        "keep_first(losses, count - c)",
        "losses",
        "network_step",
    ),
}

# Each edge of the kernels: tried where the registers are chosen (`make test-legs`), with the largest there are.
EDGES = {
    "tuned: a network's last example forgotten on the way back": (
        "numba_tuned.network.output",
        "softmax_output",
        "keep_first(a - y, count)",
        "keep_first(a - y, count - 1)",
        "network_step",
    ),
}


@pytest.mark.parametrize("kind", FAULTS | edges(EDGES))
def test_planted_fault_is_rejected(kind):
    reject(*(FAULTS | EDGES)[kind])
