"""numba_tuned.elementwise: faults that are seen."""

import numpy as np
import pytest
from helpers.contract import hold
from helpers.faults import edges, reject
from helpers.networks import TUNED

from loopwise import workloads

SHARED = [(activation, loss) for activation in ("relu", "softmax", "tanh") for loss in ("squared", "absolute")]


@pytest.mark.parametrize("name", ["activate", "activation_slope", "activation_backward", "cost", "output_delta"])
@pytest.mark.parametrize(("activation", "loss"), [*SHARED, ("sigmoid", "cross_entropy"), ("softmax", "cross_entropy")])
def test_many_numbers_at_once_keep_the_contract(name, activation, loss):
    for dtype in ("float64", "float32"):
        # Of some operations rows are units, of the others features.
        work = workloads.operation(name, 23, 23, 1029, activation, loss).arranged(dtype, "C")
        assert max(np.size(value) for value in work.inputs.values()) > 20_000
        hold(TUNED, work)


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "tuned: softmax's mixture forgotten": (
        "numba_tuned.elementwise",
        "softmax_of_chunk",
        "(load_first(d, at, count) - mixed)",
        "load_first(d, at, count)",
        "activation_backward",
    ),
}

# Each edge of the kernels: tried where the registers are chosen (`make test-legs`), with the largest there are.
EDGES = {
    "tuned: an unfinished vector's examples have no losses": (
        "numba_tuned.elementwise",
        "write_losses",
        "range(0, m, lanes(Z))",
        "range(0, m - m % lanes(Z), lanes(Z))",
        "example_losses",
    ),
    "tuned: an unfinished vector's losses count in full": (
        "numba_tuned.elementwise",
        "losses_of_chunk",
        "keep_first(losses_of_vector(z, a, y, i, (rows, m), count, loss, activation), count)",
        "losses_of_vector(z, a, y, i, (rows, m), count, loss, activation)",
        "cost",
    ),
    "tuned: an unfinished vector's losses left out": (
        "numba_tuned.elementwise",
        "range_of_chunk",
        "(m + n - 1) // n",
        "m // n",
        "cost",
    ),
}


@pytest.mark.parametrize("kind", FAULTS | edges(EDGES))
def test_planted_fault_is_rejected(kind):
    reject(*(FAULTS | EDGES)[kind])
