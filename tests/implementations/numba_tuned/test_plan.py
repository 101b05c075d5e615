"""numba_tuned where it takes other ways than on the contract's small problems: many chunks, batches, workspaces."""

import numba
import numpy as np
import pytest
from helpers.contract import hold
from helpers.networks import TUNED, network

from loopwise import Architecture, initialize, network_step
from loopwise.implementations.numba_tuned.network import plan
from loopwise.implementations.numba_tuned.workspace import MEMORY
from loopwise.interface import CROSS_ENTROPY, SOFTMAX, TANH
from loopwise.workloads import LAYOUTS

THREADS = "one_thread", "all_threads"
MORE_THREADS_THAN_CORES = numba.config.NUMBA_NUM_THREADS


@pytest.mark.parametrize("layout", LAYOUTS)
def test_many_batches_are_one_step(monkeypatch, layout):
    # As few examples at a time as can be, so that some thousands take several batches.
    monkeypatch.setattr(plan, "WIDE_BATCH_NUMBERS", 1)
    MEMORY.steps.clear()
    work = network([8, 3], 6, 5003).arranged("float64", layout)
    monkeypatch.setattr(plan, "WIDE_BATCH_LEAST_PANELS", 1)
    monkeypatch.setattr(plan, "NARROW_UP_TO_PARAMETERS", 0)
    _, cut, _ = plan.wide_step(plan.layout_of((6, 8, 3), (TANH, SOFTMAX), CROSS_ENTROPY), 5003, 8)
    assert cut.chunks > 1
    assert cut.panels * plan.width_of(8) < 5003 / 2
    hold(TUNED, work)
    MEMORY.steps.clear()


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
    arrays = {name: id(array) for name, array in MEMORY.buffers.items()}
    for work, expected in ((small, before), (large, first), (small, before)):
        for name, value in work.outputs(TUNED).items():
            assert np.array_equal(value, expected[name]), name
    assert {name: id(array) for name, array in MEMORY.buffers.items()} == arrays


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
