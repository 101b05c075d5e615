"""X example by example in memory: every edge of the kernels, and faults that are seen."""

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
            hold(TUNED, workloads.operation(name, n_x, n_x, m).arranged(dtype, "F"))


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
# Each edge of the kernels: tried where the registers are chosen (`make test-legs`), with the largest there are.
EDGES = {
    "tuned: last lanes of an example that lies in one piece": (
        "numba_tuned.neuron.along_columns",
        "four_products",
        "x3 + j, rest)",
        "x3 + j, rest - 1)",
        "matvec",
    ),
    "tuned: last lanes of dw where examples lie in one piece": (
        "numba_tuned.neuron.along_columns",
        "add_four_examples",
        "left = n_x - j",
        "left = n_x - j - 1",
        "logistic_step",
    ),
    "tuned: last lanes where examples in one piece follow one another": (
        "numba_tuned.neuron.along_columns",
        "add_four_and_next",
        "n_x - whole",
        "n_x - whole - 1",
        "logistic_step",
    ),
}


@pytest.mark.parametrize("kind", edges(EDGES))
def test_planted_fault_is_rejected(kind):
    reject(*EDGES[kind])
