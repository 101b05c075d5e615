"""X feature by feature in memory: every edge of the kernels, and faults that are seen."""

import pytest
from helpers.contract import hold
from helpers.faults import edges, reject
from helpers.networks import TUNED

from loopwise import workloads


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ["logistic_step", "adaline_step", "matvec"])
def test_every_edge_keeps_the_contract(name, dtype):
    for n_x in (*range(1, 20), 64, 67):
        for m in (1, 3, 4, 5, 8, 13):
            hold(TUNED, workloads.operation(name, n_x, n_x, m).arranged(dtype, "C"))


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "tuned: the next block's z from this block": (
        "numba_tuned.neuron.along_rows",
        "step_along_rows",
        "X, i + size,",
        "X, i,",
        "logistic_step",
    ),
}

# Each edge of the kernels: tried where the registers are chosen (`make test-legs`), with the largest there are.
EDGES = {
    "tuned: last features of the last examples": (
        "numba_tuned.neuron.along_rows",
        "products_along_rows",
        "for j in range(n_x):",
        "for j in range(n_x - n_x % 4):",
        "logistic_step",
    ),
    "tuned: last features of whole vectors": (
        "numba_tuned.neuron.along_rows",
        "products_along_rows",
        "in range(n_x - n_x % 4, n_x)",
        "in range(n_x, n_x)",
        "logistic_step",
    ),
    "tuned: last features of dw": (
        "numba_tuned.neuron.along_rows",
        "add_examples_along_rows",
        "in range(n_x - n_x % 4, n_x)",
        "in range(n_x, n_x)",
        "logistic_step",
    ),
    "tuned: last example of dw": (
        "numba_tuned.neuron.along_rows",
        "add_examples_along_rows",
        "count - whole",
        "count - whole - 1",
        "logistic_step",
    ),
    "tuned: last features of dw while the next z is made": (
        "numba_tuned.neuron.along_rows",
        "add_and_next_along_rows",
        "in range(n_x - n_x % 4, n_x)",
        "in range(n_x, n_x)",
        "logistic_step",
    ),
}


@pytest.mark.parametrize("kind", FAULTS | edges(EDGES))
def test_planted_fault_is_rejected(kind):
    reject(*(FAULTS | EDGES)[kind])
