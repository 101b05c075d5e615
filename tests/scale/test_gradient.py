"""Cost and gradient over blocks: one machine's, with the same bits for any number of workers, and for any blocks."""

import numpy as np
import pytest
from helpers.blocks import MODELS, N_X, M, examples, held, starting_theta

from loopwise import Architecture, get_implementation
from loopwise.errors import LoopwiseError, OptionError
from loopwise.scale import blocks_of, cost_and_gradient
from loopwise.scale.gradient import scalable, step

EXACT = ("python_loops", "numba_loops", "numba_parallel")


def bits(found):
    J, gradient = found
    return J, gradient.tobytes(), gradient.dtype.name


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("impl", EXACT)
def test_one_block_is_one_machine(name, impl):
    impl, (model, n_y) = get_implementation(impl), MODELS[name]
    X, Y = examples(n_y=n_y)
    theta = starting_theta(model)
    J, gradient, _ = model.step(impl, theta, impl.asnative(X), impl.asnative(Y))
    found = cost_and_gradient(impl, model, theta, blocks_of(X, Y, M), scheduler="synchronous")
    assert bits(found) == bits((J, gradient))


def dyadic():
    """X, Y and theta whose products and sums are exact, in whatever parts."""
    rng = np.random.default_rng(0)
    return rng.integers(-3, 4, (N_X, M)) / 2, rng.integers(0, 2, (1, M)) * 1.0, np.arange(N_X + 1) / 4


@pytest.mark.parametrize("name", ["adaline", "perceptron"])  # whose costs are sums
@pytest.mark.parametrize("blocks", [2, 7, 64, M])
def test_where_no_sum_rounds_blocks_have_the_bits_of_one_machine(name, blocks):
    model, _ = MODELS[name]
    impl, (X, Y, theta) = get_implementation("numba_loops"), dyadic()
    J, gradient, _ = model.step(impl, theta, impl.asnative(X), impl.asnative(Y))
    found = cost_and_gradient(impl, model, theta, blocks_of(X, Y, -(-M // blocks)), scheduler="threads")
    assert bits(found) == bits((J, gradient))


@pytest.mark.parametrize("name", MODELS)
def test_the_mean_over_blocks_is_within_its_bound(name):
    # A mean of K block means: each is rounded once by its share and K - 1 times in the tree, all of relative size u.
    model, n_y = MODELS[name]
    impl, (X, Y), theta, K = get_implementation("numba_loops"), examples(n_y=n_y), starting_theta(model), 7
    without = model.without_penalty()
    parts = [slice(k, k + -(-M // K)) for k in range(0, M, -(-M // K))]
    shares = [
        (np.append(J, gradient), X[:, part].shape[1] / M if model.cost_is_mean else 1.0)
        for part in parts
        for J, gradient, _ in [without.step(impl, theta, X[:, part].copy(), Y[:, part].copy())]
    ]
    total = sum(vector.astype(np.longdouble) * share for vector, share in shares)
    bound = (K + 2) * np.finfo(float).eps * sum(np.abs(vector) * share for vector, share in shares)
    J, gradient = cost_and_gradient(impl, without, theta, blocks_of(X, Y, -(-M // K)), scheduler="threads")
    assert (np.abs(np.append(J, gradient) - total) <= bound).all()


@pytest.mark.parametrize("sums", ["plain", "reproducible"])
@pytest.mark.parametrize("impl", ["numba_loops", "numpy_vectorized", "numba_tuned"])
@pytest.mark.parametrize("name", ["logistic with L2", "network"])
def test_the_number_of_threads_changes_no_bit(name, impl, sums):
    impl, (model, n_y) = get_implementation(impl), MODELS[name]
    X, Y = examples(n_y=n_y)
    theta, found = starting_theta(model), set()
    for threads in (1, 2, 3, 8):
        with held(blocks_of(X, Y, 13), sums, 8 if sums == "reproducible" else None, threads) as over:
            found |= {bits(step(impl, model, theta, over)) for _ in range(3)}
    assert len(found) == 1


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("group", [1, 8, 64])
@pytest.mark.parametrize("impl", ["numba_loops", "numba_parallel", "numpy_vectorized", "numba_tuned"])
@pytest.mark.parametrize("name", MODELS)
def test_reproducible_sums_have_the_same_bits_for_any_blocks(name, impl, group, dtype):
    impl, (model, n_y) = get_implementation(impl), MODELS[name]
    X, Y = examples(n_y=n_y, dtype=dtype)
    theta, found = starting_theta(model, dtype), set()
    for size in (1, 3, 8, 29, 64, 100, M):
        with held(blocks_of(X, Y, size), "reproducible", group) as over:
            found.add(bits(step(impl, model, theta, over)))
    uneven = blocks_of(X, Y, M).cut([1, 2, 50, 51, 177, M])
    with held(uneven, "reproducible", group) as over:
        found.add(bits(step(impl, model, theta, over)))
    assert len(found) == 1


def test_plain_sums_depend_on_the_blocks_so_that_the_test_above_can_fail():
    model, n_y = MODELS["logistic"]
    impl, (X, Y), theta = get_implementation("numba_loops"), examples(n_y=n_y), starting_theta(model)
    found = {bits(cost_and_gradient(impl, model, theta, blocks_of(X, Y, k), scheduler="threads")) for k in (8, 29, M)}
    assert len(found) > 1


def test_in_groups_of_one_it_is_the_float_next_to_the_sum_over_the_examples():
    import mpmath

    mpmath.mp.prec = 2200
    model, n_y = MODELS["logistic"]
    impl, (X, Y), theta = get_implementation("numba_loops"), examples(n_y=n_y), starting_theta(model)
    alone = [model.step(impl, theta, X[:, i : i + 1].copy(), Y[:, i : i + 1].copy()) for i in range(M)]
    terms = np.array([np.append(J, gradient) for J, gradient, _ in alone])
    sums = np.array([float(mpmath.fsum(map(mpmath.mpf, column))) for column in terms.T.tolist()])
    J, gradient = cost_and_gradient(
        impl, model, theta, blocks_of(X, Y, 29), scheduler="threads", sums="reproducible", group=1
    )
    np.testing.assert_array_equal(np.append(J, gradient), sums / M)


@pytest.mark.parametrize(("sums", "group"), [("plain", None), ("reproducible", 8)])
def test_a_batch_is_taken_wherever_its_examples_are(sums, group):
    model, _ = MODELS["adaline"]
    impl, (X, Y, theta) = get_implementation("numba_loops"), dyadic()
    batch = np.random.default_rng(3).permutation(M)[:31]
    J, gradient, _ = model.step(impl, theta, X[:, batch].copy(), Y[:, batch].copy())
    some = batch[batch < 40]
    alone = model.step(impl, theta, X[:, some].copy(), Y[:, some].copy())[:2]
    for size in (M, 17):
        with held(blocks_of(X, Y, size), sums, group) as over:
            assert bits(step(impl, model, theta, over, batch)) == bits((J, gradient))
            assert bits(step(impl, model, theta, over, some)) == bits(alone)  # most blocks have none of them


def test_a_batch_is_taken_in_its_order():
    model, n_y = MODELS["network with L2"]
    impl, (X, Y), theta = get_implementation("numba_loops"), examples(n_y=n_y), starting_theta(model)
    batch = np.random.default_rng(3).permutation(M)[:31]
    wanted = model.step(impl, theta, X[:, batch].copy(), Y[:, batch].copy())[:2]
    other = model.step(impl, theta, X[:, np.sort(batch)].copy(), Y[:, np.sort(batch)].copy())[:2]
    with held(blocks_of(X, Y, M)) as over:
        assert bits(step(impl, model, theta, over, batch)) == bits(wanted) != bits(other)


def test_what_cannot_be_a_sum_over_blocks_is_refused_with_a_reason():
    for layer, words in (({"batch_norm": True}, "mean and variance"), ({"keep_prob": 0.5}, "masks")):
        with pytest.raises(OptionError, match=words):
            scalable(Architecture((5, 4, 1), ("relu", "sigmoid"), **layer))


def test_results_without_bounds_are_results():
    model, n_y = MODELS["adaline"]
    impl, (X, Y) = get_implementation("numba_loops"), examples(n_y=n_y)
    theta = np.full(N_X + 1, 1e300)
    for sums in ("plain", "reproducible"):
        J, _ = cost_and_gradient(impl, model, theta, blocks_of(X, Y, 29), scheduler="threads", sums=sums)
        assert J == np.inf


def test_a_wrong_theta_is_said_as_on_one_machine():
    model, n_y = MODELS["logistic"]
    X, Y = examples(n_y=n_y)
    with pytest.raises(LoopwiseError, match="theta is"):
        cost_and_gradient(
            get_implementation("numba_loops"), model, np.zeros(3), blocks_of(X, Y, 29), scheduler="threads"
        )
