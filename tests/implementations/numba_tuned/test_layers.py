"""numba_tuned.network.layers: faults that are seen."""

import pytest
from helpers.faults import edges, reject

# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "tuned: slope forgotten": (
        "numba_tuned.network.layers",
        "backward",
        " * slope(load(work.A, c), previous.activation)",
        "",
        "network_step",
    ),
    "tuned: a last vector that is part-filled is left out": (
        "numba_tuned.network.layers",
        "filled",
        "+ n - 1) // n",
        ") // n",
        "network_step",
    ),
    "tuned: db from the examples of the first panel only": (
        "numba_tuned.network.layers",
        "sum_of_examples",
        "p * dZ.size",
        "0 * dZ.size",
        "network_step",
    ),
    "tuned: every number of examples taken for a power of two": (
        "numba_tuned.network.layers",
        "divide_numbers",
        "m & (m - 1) == 0",
        "m & 1 == 0",
        "network_step",
    ),
    "tuned: last rows read from the first ones": (
        "numba_tuned.network.layers",
        "prepare_weights",
        "theta[w + i]",
        "theta[w + i - whole * columns]",
        "network_step",
    ),
}

# Each edge of the kernels: tried where the registers are chosen (`make test-legs`), with the largest there are.
EDGES = {
    "tuned: the second part of a network's inputs begins anew": (
        "numba_tuned.network.layers",
        "forward",
        "panels, k > 0)",
        "panels, False)",
        "network_step",
    ),
    "tuned: the second part of a network's units begins anew": (
        "numba_tuned.network.layers",
        "backward",
        "panels, k > 0)",
        "panels, False)",
        "network_step",
    ),
    "tuned: last rows on the way back left out": (
        "numba_tuned.network.layers",
        "backward",
        "work.transposed, last)",
        "work.transposed, 0)",
        "network_step",
    ),
}


@pytest.mark.parametrize("kind", FAULTS | edges(EDGES))
def test_planted_fault_is_rejected(kind):
    reject(*(FAULTS | EDGES)[kind])
