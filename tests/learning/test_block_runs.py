"""Training over blocks: the states of one machine, whoever computes."""

import numpy as np
import pytest
from helpers.blocks import MODELS, N_X, M, examples, held, starting_theta

import loopwise
from loopwise import get_implementation
from loopwise.errors import LabelError, OptionError
from loopwise.learning.lbfgs import minimize
from loopwise.scale import blocks_of

EXACT = get_implementation("numba_loops")
OPTIMIZERS = ("descent", "momentum", "rmsprop", "adam")
BATCHES = {"full": {}, "mini-batches": {"batch_size": 50}}


def trained(impl, model, X, Y=None, theta=None, **options):
    theta = starting_theta(model) if theta is None else theta
    return loopwise.train(impl, model, theta, X, Y, **{"alpha": 0.01, "epochs": 4} | options)


def same(a, b):
    """Whether all of two states is the same, to the bit."""
    memory = [vector.tobytes() for state in (a, b) for vector in state.memory]
    return (
        a.theta.tobytes() == b.theta.tobytes()
        and memory[: len(a.memory)] == memory[len(a.memory) :]
        and (a.costs, a.start_cost, a.stopped, a.step) == (b.costs, b.start_cost, b.stopped, b.step)
    )


@pytest.mark.parametrize("batches", BATCHES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", MODELS)
def test_one_block_has_the_states_of_one_machine(name, optimizer, batches):
    model, n_y = MODELS[name]
    X, Y = examples(n_y=n_y)
    options = {"optimizer": optimizer, **BATCHES[batches]}
    alone = trained(EXACT, model, X, Y, **options)
    assert same(trained(EXACT, model, blocks_of(X, Y, M), scheduler="threads", **options), alone)


@pytest.mark.parametrize("batches", BATCHES)
@pytest.mark.parametrize("impl", ["python_loops", "numba_parallel", "numpy_vectorized", "numba_tuned"])
def test_reproducible_sums_train_to_the_same_bits_over_any_blocks(impl, batches):
    model, n_y = MODELS["network"]
    X, Y = examples(n_y=n_y)
    options = {"optimizer": "adam", "sums": "reproducible", "group": 16, "scheduler": "threads", **BATCHES[batches]}
    states = [trained(get_implementation(impl), model, blocks_of(X, Y, k), **options) for k in (7, 100, M)]
    assert all(same(states[0], state) for state in states)


@pytest.mark.parametrize("name", ["logistic with L2", "network"])
def test_lbfgs_over_one_block_ends_where_it_does_on_one_machine(name):
    model, n_y = MODELS[name]
    X, Y = examples(n_y=n_y)
    theta = starting_theta(model)
    alone = minimize(EXACT, model, theta, X, Y, epochs=30)
    assert same(minimize(EXACT, model, theta, blocks_of(X, Y, M), epochs=30, scheduler="threads"), alone)


def test_arrays_are_cut_into_blocks_where_a_scheduler_is_named():
    model, n_y = MODELS["logistic"]
    X, Y = examples(n_y=n_y)
    assert same(trained(EXACT, model, X, Y, scheduler="synchronous"), trained(EXACT, model, X, Y))


def test_dask_arrays_need_nothing_else():
    da = pytest.importorskip("dask.array")
    model, n_y = MODELS["logistic"]
    X, Y = examples(n_y=n_y)
    blocks = trained(EXACT, model, blocks_of(X, Y, 50), scheduler="threads")
    assert same(trained(EXACT, model, da.from_array(X, chunks=(2, 50)), da.from_array(Y)), blocks)


@pytest.mark.parametrize("batches", BATCHES)
def test_a_run_goes_on_where_it_was_stopped(batches):
    model, n_y = MODELS["network with L2"]
    X, Y = examples(n_y=n_y)
    options = {"optimizer": "momentum", "scheduler": "threads", "epochs": 6, **BATCHES[batches]}
    whole, seen = trained(EXACT, model, blocks_of(X, Y, 50), **options), []
    trained(EXACT, model, blocks_of(X, Y, 50), on_step=seen.append, **options)
    for state in seen[1:8:3]:
        assert same(trained(EXACT, model, blocks_of(X, Y, 50), state=state, **options), whole)


def test_examples_may_watch():
    model, n_y = MODELS["logistic"]
    X, Y = examples(n_y=n_y)
    watched = X[:, :40], Y[:, :40]
    alone = trained(EXACT, model, X, Y, validation=watched, patience=2)
    blocks = trained(EXACT, model, blocks_of(X, Y, M), validation=watched, patience=2, scheduler="threads")
    assert same(blocks, alone)
    assert blocks.validation_costs == alone.validation_costs


def test_divergence_is_seen_as_on_one_machine():
    model, n_y = MODELS["adaline"]
    X, Y = examples(n_y=n_y)
    for alpha in (1.0, 1e300):
        alone = trained(EXACT, model, X, Y, alpha=alpha, epochs=50)
        blocks = trained(EXACT, model, blocks_of(X, Y, M), alpha=alpha, epochs=50, scheduler="threads")
        assert alone.stopped == "diverged"
        assert same(blocks, alone)


def test_a_perceptron_that_has_converged_stops():
    X = np.array([[-2.0, -1.0, 1.0, 2.0]])
    model = loopwise.Neuron("perceptron", 1)
    found = trained(EXACT, model, blocks_of(X, (X > 0) * 1.0, 2), theta=np.zeros(2), epochs=50, scheduler="threads")
    assert found.stopped == "converged"


def test_what_blocks_cannot_do_is_refused():
    model, n_y = MODELS["logistic"]
    X, Y = examples(n_y=n_y)
    with pytest.raises(OptionError, match="weights of examples"):
        trained(EXACT, model, blocks_of(X, Y), weights=np.ones(M), scheduler="threads")
    dropped = loopwise.Architecture((N_X, 4, 1), ("relu", "sigmoid"), keep_prob=0.5)
    with pytest.raises(OptionError, match="masks"):
        trained(EXACT, dropped, blocks_of(X, Y), theta=loopwise.initialize(dropped), scheduler="threads")
    with pytest.raises(LabelError, match=r"block 2 of 3: Y\[0, 5\] is 3"):
        trained(EXACT, model, blocks_of(X, np.where(np.arange(M) == 85, 3.0, Y), 80), scheduler="threads")


def test_sums_may_be_held_once_for_several_runs():
    model, n_y = MODELS["logistic"]
    X, Y = examples(n_y=n_y)
    with held(blocks_of(X, Y, 50)) as over:
        first = trained(EXACT, model, over)
        assert same(trained(EXACT, model, over), first)
    assert same(first, trained(EXACT, model, blocks_of(X, Y, 50), scheduler="threads"))


@pytest.mark.parametrize("name", ["network with L2", "adaline"])  # whose cost is a mean, and a sum
def test_what_predicting_nothing_costs_is_of_the_examples_that_are_asked_for(name):
    from loopwise.learning.block_runs import BlockRun
    from loopwise.learning.steps import Run
    from loopwise.learning.training import HyperParameters

    model, n_y = MODELS[name]
    X, Y = examples(n_y=n_y)  # of 0 and 1: no sum rounds
    hyper, some = HyperParameters(alpha=0.1, epochs=1), np.arange(10, 90)
    with held(blocks_of(X, Y, 50)) as over:
        blocks, alone = BlockRun(EXACT, model, over, None, None, hyper), Run(EXACT, model, X, Y, None, hyper)
        assert blocks.half_squares(None, some) == alone.half_squares(Y[:, some], some)
        assert blocks.half_squares(None, None) == alone.half_squares(Y, None)
