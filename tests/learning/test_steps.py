"""Training step by step: what a step needs, and what its cost counts for."""

import tracemalloc

import numpy as np
import pytest
from helpers.trainings import trained

from loopwise import Neuron, datasets, get_implementation, implementation_names
from loopwise.learning.state import State
from loopwise.learning.steps import Run
from loopwise.learning.training import HyperParameters
from loopwise.workloads import DTYPES, LAYOUTS, arrange


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", implementation_names())
def test_a_step_on_a_batch_needs_no_memory_for_the_other_examples(name, layout, dtype):
    impl = get_implementation(name)
    if dtype == "float32" and impl.family == "python":
        return  # float64 only: it says so in the contract's tests
    data = datasets.load("synthetic", examples=10_000, features=50)
    X, Y = (impl.asnative(arrange(part, dtype, layout)) for part in (data.X, data.Y))
    run = Run(impl, Neuron("logistic", 50), X, Y, None, HyperParameters(alpha=0.1, epochs=1, batch_size=32))
    state, batch = State(np.zeros(51, dtype), np.zeros(0, dtype)), run.batches.examples(0, 0)
    run.step(state, batch)  # compiled
    kept, most = traced(lambda: run.step(state, batch))
    assert most - kept < data.X.nbytes / 20


def traced(step):
    """Bytes in use before a step, and at its peak."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        step()
        return before, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_cost_of_an_epoch_weighs_the_last_smaller_batch_by_its_size(impl, flower):
    # alpha so small that theta stays where it is to the last bits: then the epoch's cost is the whole cost.
    X, Y = flower
    model = Neuron("logistic", 2)
    theta = np.array([0.3, -0.2, 0.1])
    whole, _, _ = model.step(impl, theta, X, Y)
    epoch = trained(impl, model, X, Y, theta, alpha=1e-300, epochs=1, batch_size=16)
    # Two sums of 50 terms in another order: 50 roundings each, Higham's γ_50 of a sum of positive numbers.
    assert abs(epoch.costs[0] - whole) <= 2 * 51 * 2.0**-53 * whole
    run = Run(impl, model, X, Y, None, HyperParameters(alpha=0.1, epochs=1, batch_size=16))
    batches = [run.batches.examples(0, k) for k in range(run.batches.count)]
    wrong = np.mean([model.step(impl, theta, X[:, part], Y[:, part])[0] for part in batches])
    assert abs(epoch.costs[0] - wrong) > 1e-4  # what unweighted batches would give


@pytest.mark.parametrize(("batch_size", "gathered"), [(16, True), (49, True), (50, False), (None, False)])
def test_what_batches_are_taken_from_has_each_example_in_one_piece(impl, flower, batch_size, gathered):
    X, Y = (np.ascontiguousarray(part) for part in flower)
    run = Run(impl, Neuron("logistic", 2), X, Y, None, HyperParameters(alpha=0.1, epochs=1, batch_size=batch_size))
    assert X.shape == (2, 50)
    assert run.X.flags.f_contiguous == gathered
    assert (run.X is X) == (not gathered)
    assert run.X.tolist() == X.tolist()
