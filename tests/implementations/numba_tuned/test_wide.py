"""numba_tuned.network.wide: faults that are seen."""

import pytest
from helpers.contract import hold
from helpers.faults import edges, reject
from helpers.networks import TUNED, network

from loopwise.workloads import LAYOUTS

# More than one block of examples, more features than DEPTH_TERMS, more columns than a group, rows that fill no tile.
WIDE = [
    ([5], 301, 413, "cross_entropy"),
    ([21, 9, 3], 67, 1333, "cross_entropy"),
    ([130, 1], 300, 29, "squared"),
    ([3, 3, 3, 3], 5, 2001, "absolute"),
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("case", WIDE, ids=str)
def test_wide_networks_keep_the_contract(case, dtype, layout):
    layers, n_x, m, loss = case
    hold(TUNED, network(layers, n_x, m, loss=loss).arranged(dtype, layout))


@pytest.mark.parametrize("activation", ["identity", "sigmoid", "relu", "leaky_relu"])
def test_every_hidden_activation_on_many_chunks(activation):
    hold(TUNED, network([17, 4], 40, 700, activation))


# === the suite can fail ===============================================================================

# kind: (module, function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "tuned: a network's db not divided": (
        "numba_tuned.network.wide",
        "finish_part",
        "[layer.b + r] = total / divisor",
        "[layer.b + r] = total",
        "network_step",
    ),
    "tuned: a wide network's last tile left out": (
        "numba_tuned.network.wide",
        "gradients_of_chunk",
        "(chunk + 1) * tiles // chunks",
        "(chunk + 1) * (tiles - 1) // chunks",
        "network_step",
    ),
}

# Each edge of the kernels: tried where the registers are chosen (`make test-legs`), with the largest there are.
EDGES = {
    "tuned: a wide network's last inputs from its first": (
        "numba_tuned.network.wide",
        "transpose_columns",
        "(part.column + c) * X.row",
        "part.column * X.row",
        "network_step",
    ),
    "tuned: a wide network's last columns from its first": (
        "numba_tuned.network.wide",
        "transpose_columns",
        "begin, row + c)",
        "begin, row)",
        "network_step",
    ),
    "tuned: a wide network's second group of columns written over its first": (
        "numba_tuned.network.wide",
        "add_part",
        "+ part.column + c, packed",
        "+ c, packed",
        "network_step",
    ),
    "tuned: a wide network's last example left out": (
        "numba_tuned.network.wide",
        "add_corner",
        "min(width, terms - k)",
        "min(width, terms - k - 1)",
        "network_step",
    ),
    "tuned: a wide network's second block of examples from its first": (
        "numba_tuned.network.wide",
        "add_part",
        "plan, batch, begin, layer.row + r)",
        "plan, batch, 0, layer.row + r)",
        "network_step",
    ),
    "tuned: a wide network's batches before the last forgotten": (
        "numba_tuned.network.wide",
        "finish_part",
        "if batch.first > 0:",
        "if batch.first < 0:",
        "network_step",
    ),
    "tuned: last lanes of a wide network's dW not divided": (
        "numba_tuned.network.wide",
        "finish_part",
        "part.columns, divisor)",
        "part.columns - part.columns % 2, divisor)",
        "network_step",
    ),
}


@pytest.mark.parametrize("kind", FAULTS | edges(EDGES))
def test_planted_fault_is_rejected(kind):
    reject(*(FAULTS | EDGES)[kind])
