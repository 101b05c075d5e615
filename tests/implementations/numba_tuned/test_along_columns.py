"""numba_tuned.neuron.along_columns: faults that are seen."""

import pytest
from helpers.faults import edges, reject

# === the suite can fail ===============================================================================

# kind: (place, function, what stands there, what the fault makes of it, the operation that shows it)
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
        "add_four_and_next_products",
        "n_x - whole",
        "n_x - whole - 1",
        "logistic_step",
    ),
}


@pytest.mark.parametrize("kind", edges(EDGES))
def test_planted_fault_is_rejected(tmp_path, kind):
    reject(tmp_path, *EDGES[kind])
