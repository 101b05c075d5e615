"""numba_tuned where it takes other ways than on the contract's small problems: many slots, many batches, workspaces."""

import numba
import numpy as np
import pytest
from helpers.contract import hold

from loopwise import Architecture, get_implementation, initialize, network_step, workloads
from loopwise.datasets import one_hot, synthetic
from loopwise.implementations.numba_tuned.network import plan

TUNED = get_implementation("numba_tuned")
LAYOUTS = ("C", "F", "strided")
THREADS = "one_thread", "all_threads"
MORE_THREADS_THAN_CORES = numba.config.NUMBA_NUM_THREADS


@pytest.fixture(autouse=True)
def _threads_as_before():
    before = numba.get_num_threads()
    yield
    numba.set_num_threads(before)


def network(layers, n_x, m, activation="tanh", loss="cross_entropy", seed=0):
    """A network on drawn data, as wide as wanted."""
    classes = max(2, layers[-1])
    X, labels, _ = synthetic(m, n_x, classes, seed=seed)
    return workloads.network(X, one_hot(labels, classes)[: layers[-1]], layers, activation, loss, seed=seed)


# More than one block of examples, more features than DEPTH, more columns than a group, rows that fill no tile.
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
def test_every_hidden_activation_on_many_slots(activation):
    hold(TUNED, network([17, 4], 40, 700, activation))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_many_batches_are_one_step(monkeypatch, layout):
    # As few examples at a time as can be, so that some thousands take several batches.
    monkeypatch.setattr(plan, "BATCH", 1)
    plan.prepared().clear()
    work = network([8, 3], 6, 5003).arranged("float64", layout)
    monkeypatch.setattr(plan, "LEAST", 1)
    monkeypatch.setattr(plan, "NARROW", 0)
    _, cut, _ = plan.wide_step(Architecture((6, 8, 3), ("tanh", "softmax")), 5003, 8)
    assert cut.slots > 1
    assert cut.panels * plan.width_of(8) < 5003 / 2
    hold(TUNED, work)
    plan.prepared().clear()


def test_the_same_bits_at_any_number_of_threads():
    for work in (network([21, 9, 3], 67, 1333), network([130, 1], 300, 700, "relu", "squared")):
        bits = set()
        for count in (1, 2, MORE_THREADS_THAN_CORES, 2):
            numba.set_num_threads(count)
            bits.add(tuple(np.asarray(value).tobytes() for value in work.outputs(TUNED).values()))
        assert len(bits) == 1


def test_a_workspace_is_used_again_and_leaves_no_trace():
    small, large = network([4, 3], 6, 50), network([40, 3], 60, 2000, "relu")
    before = small.outputs(TUNED)
    first = large.outputs(TUNED)
    arrays = {name: id(array) for name, array in plan._workspaces.__dict__.items() if name != "prepared"}
    for work, expected in ((small, before), (large, first), (small, before)):
        for name, value in work.outputs(TUNED).items():
            assert np.array_equal(value, expected[name]), name
    after = {name: id(array) for name, array in plan._workspaces.__dict__.items() if name != "prepared"}
    assert after == arrays


def test_depth_and_width_compile_nothing_new():
    kernels = [getattr(plan, f"{kind}_on_{who}") for kind in ("narrow", "wide") for who in THREADS]
    rng = np.random.default_rng(0)
    network([4, 3], 6, 50).outputs(TUNED)
    network([14, 3], 60, 2000).outputs(TUNED)
    network([7, 3], 300, 50).outputs(TUNED)
    network([40, 3], 60, 2000).outputs(TUNED)
    compiled = [len(kernel.signatures) for kernel in kernels if hasattr(kernel, "signatures")]
    for L in range(1, 7):
        architecture = Architecture((5, *range(3, 3 + L)), ("relu",) * (L - 1) + ("softmax",))
        theta = initialize(architecture, "xavier", rng)
        for m in (3, 3000):
            network_step(TUNED, architecture, theta, rng.random((5, m)), np.ones((architecture.n[-1], m)) / 3)
    assert [len(kernel.signatures) for kernel in kernels if hasattr(kernel, "signatures")] == compiled


SHARED = [(activation, loss) for activation in ("relu", "softmax", "tanh") for loss in ("squared", "absolute")]


@pytest.mark.parametrize("name", ["activate", "activation_slope", "activation_backward", "cost", "output_delta"])
@pytest.mark.parametrize(("activation", "loss"), [*SHARED, ("sigmoid", "cross_entropy"), ("softmax", "cross_entropy")])
def test_many_numbers_at_once_keep_the_contract(name, activation, loss):
    for dtype in ("float64", "float32"):
        # Of some operations rows are units, of the others features.
        work = workloads.operation(name, 23, 23, 1029, activation, loss).arranged(dtype, "C")
        assert max(np.size(value) for value in work.inputs.values()) > 20_000
        hold(TUNED, work)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("n_x", "m"), [(2, 40_001), (3, 20_003), (101, 3001), (5003, 13), (12_289, 40)])
def test_logistic_steps_of_every_shape_keep_the_contract(n_x, m, dtype, layout):
    hold(TUNED, workloads.operation("logistic_step", 1, n_x, m).arranged(dtype, layout))
