"""numba_tuned.network.narrow: faults that are seen."""

import pytest
from helpers.faults import edges, reject

# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "tuned: a narrow network's last panels left out": (
        "numba_tuned.network.narrow",
        "step_of_chunk",
        "panels // cut.chunks\n",
        "(panels - 1) // cut.chunks\n",
        "network_step",
    ),
    "tuned: a narrow network's sums not forgotten": (
        "numba_tuned.network.narrow",
        "step_of_chunk",
        "    work.sums[sums : sums + len(theta)] = 0.0\n",
        "",
        "network_step",
    ),
    "tuned: one lane of a narrow network's sums": (
        "numba_tuned.network.narrow",
        "add_corner",
        "add_up(load(work.scratch, spare + i * width + j * n))",
        "work.scratch[spare + i * width + j * n]",
        "network_step",
    ),
}

# Each edge of the kernels: tried where the registers are chosen (`make test-legs`), with the largest there are.
EDGES = {
    "tuned: a narrow network's last inputs left out": (
        "numba_tuned.network.narrow",
        "add_gradient",
        "range(0, inputs, width // n)",
        "range(0, inputs - inputs % (width // n), width // n)",
        "network_step",
    ),
    "tuned: a narrow network's last units left out": (
        "numba_tuned.network.narrow",
        "add_gradient",
        "range(0, units, height)",
        "range(0, units - units % height, height)",
        "network_step",
    ),
    "tuned: a narrow network's second block from its first": (
        "numba_tuned.network.narrow",
        "step_of_chunk",
        "(begin - first) * width",
        "(0 - first) * width",
        "network_step",
    ),
}


@pytest.mark.parametrize("kind", FAULTS | edges(EDGES))
def test_planted_fault_is_rejected(kind):
    reject(*(FAULTS | EDGES)[kind])
