"""What layers are for and what the first parameters decide: shapes, collapse, parity, symmetry, saturation, stalling.

Mostly exact statements, on every implementation: same bits, or a bound that is derived where it stands. Tensors that
a test builds by hand hold halves and whole numbers only, so all their sums are exact, BLAS's included.

Sources: C 13.2 and F "Why do you need non-linear activation functions?"; C 15 and F "Random Initialization",
Questions 6–8; C 16–17 (table of dimensions); C 18; P, contents 6 "Batch Normalization".
"""

import math

import numpy as np
import pytest

from loopwise import (
    Architecture,
    Neuron,
    datasets,
    get_implementation,
    initialize,
    network_forward,
    network_step,
    train,
)
from loopwise.learning.architecture import fitting
from loopwise.learning.models import accuracy, as_model
from loopwise.learning.network import Parameters, backward, forward, native_views
from loopwise.learning.parameters import views

NUMPY = get_implementation("numpy_vectorized")


def halves(rng, *shape):
    """Random multiples of ½ from −2 to 2."""
    return rng.integers(-4, 5, shape) / 2


# === the table of dimensions ==========================================================================


@pytest.mark.parametrize("L", range(1, 7))
def test_every_shape_of_the_table_of_dimensions(implementation, L):
    # C 17, on m examples: W[l] and dW[l] (n[l], n[l-1]); b[l] and db[l] (n[l], 1); Z, A, dZ, dA (n[l], m).
    n, m = (5, 4, 3, 6, 2, 7, 3)[: L + 1], 8
    architecture = Architecture(n, ("tanh",) * (L - 1) + ("sigmoid",))
    impl, rng = implementation, np.random.default_rng(L)
    X, Y = impl.asnative(rng.standard_normal((n[0], m))), impl.asnative(1.0 * (rng.random((n[L], m)) < 0.5))
    parameters = Parameters(*native_views(impl, architecture, initialize(architecture)))
    cache = forward(impl, architecture, parameters, X, {})
    d = backward(impl, architecture, parameters, cache, Y)
    assert set(cache.Z) == set(d.W) == set(d.b) == set(range(1, L + 1))
    dA = None
    for l in range(L, 0, -1):
        if l == L:
            dZ = impl.output_delta(cache.Z[L], cache.A[L], Y, "cross_entropy", "sigmoid")
        else:
            dZ = impl.activation_backward(dA, cache.Z[l], "tanh")
        dA, dW, db = impl.layer_backward(dZ, parameters.W[l], cache.A[l - 1])
        assert {impl.shape(part) for part in (parameters.W[l], d.W[l], dW)} == {(n[l], n[l - 1])}
        assert {impl.shape(part) for part in (parameters.b[l], d.b[l], db)} == {(n[l], 1)}
        assert {impl.shape(part) for part in (cache.Z[l], cache.A[l], dZ)} == {(n[l], m)}
        assert impl.shape(dA) == impl.shape(cache.A[l - 1]) == (n[l - 1], m)  # dA[l-1]; of l = 1: dX, A[0] = X


# === without a non-linear activation ==================================================================


@pytest.mark.parametrize("L", [1, 2, 3, 4])
def test_layers_of_identity_collapse_to_one(implementation, L):
    # W' = W[L] … W[1], b' = W[L] (… (W[2] b[1] + b[2]) …) + b[L]: the same bits from one layer as from L.
    impl, rng, n = implementation, np.random.default_rng(L), (3, 5, 4, 6, 2)[: L + 1]
    architecture = Architecture(n, ("identity",) * L, "squared")
    theta, X = halves(rng, architecture.parameter_count), impl.asnative(halves(rng, 3, 7))
    W, b, _ = views(theta, architecture)
    one_W, one_b = W[1], b[1]
    for l in range(2, L + 1):
        one_W, one_b = W[l] @ one_W, W[l] @ one_b + b[l]
    deep = impl.asnumpy(network_forward(impl, architecture, theta, X))
    _, A = impl.layer_forward(impl.asnative(one_W), impl.asnative(one_b), X, "identity")
    assert deep.tobytes() == impl.asnumpy(A).tobytes()
    assert np.ptp(deep) > 0
    if L > 1:  # and one relu in between is enough to be more than a line
        bent = Architecture(n, ("relu",) + ("identity",) * (L - 1), "squared")
        assert impl.asnumpy(network_forward(impl, bent, theta, X)).tobytes() != deep.tobytes()


# === why deep: parity =================================================================================

BITS, ONES = 8, np.arange(1.0, 9.0).reshape(-1, 1)  # 256 patterns; 1 … 8


def xor_tree():
    """a xor b = |a − b| = relu(a − b) + relu(b − a): pairs, pairs of pairs, …: log₂ n + 1 layers, 2(n − 1) units."""
    first = np.kron(np.eye(4), [[0.5, -0.5], [-0.5, 0.5]])  # halves, because a bit is ±1 here
    pair = [[1, 1, -1, -1], [-1, -1, 1, 1]]
    return "relu", [(first, 0), (np.kron(np.eye(2), pair), 0), (pair, 0), ([[1, 1]], 0)]


def fold():
    """s ones: s, |s − 4|, ||s − 4| − 2|, … keep or flip the parity, and halve the range: 2 log₂ n units."""
    both = [[1, 1], [-1, -1]]
    first = np.outer([0.5, -0.5], np.ones(BITS))  # s − 4 is half the sum of ±1
    return "relu", [(first, 0), (both, [[-2], [2]]), (both, [[-1], [1]]), ([[-1, -1]], 1)]


def gates():
    """One AND for each pattern with an odd number of ones: "to exhaust all the possible configurations", 2^(n − 1)."""
    data = datasets.parity(BITS)
    odd = data[0].T[data[1] == 1]
    return "step", [(odd, -BITS), (np.ones((1, len(odd))), 0)]


def counters():
    """Unit k says whether there are k ones or more; in turn they add and take away 1: n units in one layer."""
    return "step", [(np.full((BITS, BITS), 0.5), 4 - ONES), (-((-1) ** ONES.T), 0)]


def built(activation, layers):
    """The network of these layers (W, b)."""
    sizes = (BITS, *(len(W) for W, _ in layers))
    architecture = Architecture(sizes, (activation,) * (len(layers) - 1) + ("identity",), "squared")
    theta = np.zeros(architecture.parameter_count)
    W, b, _ = views(theta, architecture)
    for l, layer in enumerate(layers, start=1):
        W[l][:], b[l][:] = layer
    return architecture, theta


@pytest.mark.parametrize(
    ("build", "layers", "units"), [(xor_tree, 4, 14), (fold, 4, 6), (gates, 2, 128), (counters, 2, 8)]
)
def test_parity_of_eight_bits_is_built_exactly(implementation, build, layers, units):
    # C 18: O(log n) layers, or 2^(n − 1) gates in one. Of neurons, which count, n are enough in one layer.
    data = datasets.load("parity", features=BITS)
    architecture, theta = built(*build())
    assert (architecture.L, sum(architecture.n[1:-1])) == (layers, units)
    X, Y = implementation.asnative(data.X), implementation.asnative(data.Y)
    A = implementation.asnumpy(network_forward(implementation, architecture, theta, X))
    assert A.tobytes() == data.Y.tobytes()
    J, gradient = network_step(implementation, architecture, theta, X, Y)
    assert J == 0.0
    assert not gradient.any()  # nothing is left to learn


def test_every_gate_is_needed(implementation):
    # Without one AND its pattern is wrong, no other. With one that leaves a bit out, a pattern of even parity is wrong.
    data = datasets.load("parity", features=BITS)
    architecture, theta = built(*gates())
    X = implementation.asnative(data.X)
    for gate, bit in ((0, 0), (77, 3), (127, 7)):
        without, shorter = theta.copy(), theta.copy()
        views(without, architecture)[0][2][0, gate] = 0
        W, b, _ = views(shorter, architecture)
        W[1][gate, bit], b[1][gate] = 0, 1 - BITS
        for faulty, parity in ((without, 1), (shorter, 0)):
            A = implementation.asnumpy(network_forward(implementation, architecture, faulty, X))
            wrong = np.flatnonzero(A != data.Y)
            assert data.Y[0, wrong].tolist() == [parity]


@pytest.mark.parametrize("alpha", [0.01, 0.1])
def test_a_shallow_network_of_that_size_does_not_learn_parity(alpha):
    # loopwise train network --data parity --features 8 --layers 6,1 --optimizer adam --alpha 0.01 --epochs 1000
    # `fold` has six hidden units in three layers and 33 parameters. Six in one layer have 61: no start leads there.
    # That is about this size. More units in one layer learn it (`counters`: eight could do), as well as deep ones.
    data, network = datasets.load("parity", features=BITS), fitting(BITS, 1, [6, 1])
    assert (built(*fold())[0].parameter_count, network.parameter_count) == (33, 61)
    for seed in range(5):
        theta = initialize(network, "he", seed)
        state = train(NUMPY, network, theta, data.X, data.Y, alpha=alpha, epochs=1000, optimizer="adam")
        share = accuracy(as_model(network), network_forward(NUMPY, network, state.theta, data.X), data.Y)
        assert 0.5 < share < 0.97


# === a deep network that stalls, and batch normalization ==============================================


def test_ten_sigmoid_layers_stall_and_batch_normalization_wakes_them():
    # loopwise train network --data digits --layers 32,32,32,32,32,32,32,32,32,10 --activation sigmoid
    #   --initialization small --optimizer adam --alpha 0.01 --batch-size 64 --epochs 10 --seed 0   [--batch-norm]
    for seed in range(3):
        data = datasets.load("digits", test_fraction=0.2, seed=seed)
        plain, normalized = (fitting(64, 10, [32] * 9 + [10], "sigmoid", batch_norm=on) for on in (False, True))
        theta, J, share = stalls_or_learns(plain, data, seed)
        # A sigmoid's slope is at most ¼: so z[10] moves by at most this as x moves by 1 …
        W = views(theta, plain)[0]
        lipschitz = math.prod(np.linalg.norm(W[l], 2) / 4 for l in range(1, 10)) * np.linalg.norm(W[10], 2)
        # … and the loss by at most twice that, away from a constant guess, whose cost is at least the classes' entropy.
        shares = data.Y.mean(axis=1)
        entropy = -np.sum(shares * np.log(shares))
        moved = 2 * lipschitz * np.linalg.norm(data.X, axis=0).mean()
        assert moved < 0.01
        assert abs(entropy - math.log(10)) < 0.001
        assert entropy - moved <= J < math.log(10) + 0.01
        assert share < 0.2  # one class for nearly all, and a class has 10 %
        _, J, share = stalls_or_learns(normalized, data, seed)
        assert J < math.log(10) / 3
        assert share > 0.7  # 0.82–0.88 of 360 held out: deviation 2 %


def stalls_or_learns(architecture, data, seed):
    """Parameters after training, cost on what was learned from, accuracy on what was not."""
    theta, model = initialize(architecture, "small", seed), as_model(architecture)
    hyper = {"alpha": 0.01, "epochs": 10, "batch_size": 64, "optimizer": "adam", "seed": seed}
    state = train(NUMPY, architecture, theta, data.X, data.Y, **hyper)
    J = model.cost(NUMPY, *model.predict(NUMPY, state.theta, data.X, state.statistics), data.Y)
    _, A = model.predict(NUMPY, state.theta, data.X_test, state.statistics)
    return state.theta, J, accuracy(model, A, data.Y_test)


# === the first parameters =============================================================================


@pytest.fixture(scope="module")
def petals():
    """Not as many of one class as of the other: or else the gradient of a network of zeros is exactly zero."""
    data = datasets.load("flower", examples=41)
    return data.X, data.Y


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu"])
def test_zeros_keep_all_units_of_a_layer_the_same(implementation, petals, hidden):
    network = Architecture((2, 5, 1), (hidden, "sigmoid"))
    X, Y = (implementation.asnative(part) for part in petals)
    state = train(implementation, network, initialize(network, "zeros"), X, Y, alpha=1.0, epochs=50)
    W, b, _ = views(state.theta, network)
    assert b[2] != 0
    if hidden != "sigmoid":  # a = 0 and W[2] = 0: nothing ever moves but the last bias
        assert not W[1].any()
        assert not W[2].any()
        return
    assert W[1].all()  # a = ½ at first, so there is something to learn: the same for all
    units = np.hstack([W[1], b[1], W[2].T])
    if implementation.contract == "exact":
        assert len({unit.tobytes() for unit in units}) == 1
    # BLAS may add up the rows of one product in different orders: then units drift apart, but by roundings only.
    assert np.ptp(units, axis=0).max() < 2.0**-40


def test_small_random_weights_break_the_symmetry(implementation, petals):
    network = Architecture((2, 4, 1), ("tanh", "sigmoid"))
    X, Y = (implementation.asnative(part) for part in petals)
    for seed in range(3):
        theta = initialize(network, "small", seed)
        W, b, _ = views(theta, network)
        assert not b[1].any()
        assert not b[2].any()
        assert abs(W[1]).max() < 0.04  # eight numbers with deviation 0.01
        before = np.ptp(W[1], axis=0).max()
        state = train(implementation, network, theta, X, Y, alpha=1.0, epochs=200)
        assert np.ptp(views(state.theta, network)[0][1], axis=0).max() > 10 * before  # and units grow apart


def test_weights_times_1000_saturate_tanh():
    # ‖x‖² is 30 on average and a weight 230, so z has deviation σ ≈ 1250. |tanh z| < 0.999 means |z| < 3.8: probability
    # 7.6/(σ√2π) = 0.24 %; and the mean slope is 2/(σ√2π), about a thousandth of what it is at ordinary weights.
    data = datasets.load("breast_cancer")
    network = Architecture((30, 8, 1), ("tanh", "sigmoid"))
    for seed in range(5):
        theta = initialize(network, "xavier", seed)
        usual = size_of_gradient(network, theta, data)
        views(theta, network)[0][1][:] *= 1000
        _, A = NUMPY.layer_forward(views(theta, network)[0][1], np.zeros((8, 1)), data.X, "tanh")
        assert np.mean(abs(A) > 0.999) > 0.98
        assert size_of_gradient(network, theta, data) < 0.02 * usual
        large = initialize(network, "large", seed)
        W, b, _ = views(large, network)
        assert not b[1].any()
        assert not b[2].any()
        _, A = NUMPY.layer_forward(W[1], b[1], data.X, "tanh")
        assert np.mean(abs(A) > 0.999) > 0.98


def size_of_gradient(network, theta, data):
    """‖dW[1]‖."""
    _, gradient = network_step(NUMPY, network, theta, data.X, data.Y)
    return np.linalg.norm(views(gradient, network)[0][1])


def test_logistic_regression_reaches_the_same_optimum_from_zero_and_from_anywhere(implementation):
    X, labels, _ = datasets.synthetic(60, 3, seed=3)  # its classes overlap, so the optimum is finite
    Y, X1 = datasets.one_hot(labels, 2), np.vstack([X, np.ones(60)])
    rng, ends = np.random.default_rng(0), []
    for theta in (np.zeros(4), rng.standard_normal(4), 3 * rng.standard_normal(4)):
        native = implementation.asnative(X), implementation.asnative(Y)
        ends.append(train(implementation, Neuron("logistic", 3), theta, *native, alpha=4.0, epochs=600).theta)
    A = [1 / (1 + np.exp(-theta @ X1)) for theta in ends]
    gradients = [X1 @ (a - Y[0]) / 60 for a in A]
    for k in (1, 2):
        # Between two points the gradient changes by H times their distance, H being a mean of a(1 − a) x xᵀ on the way,
        # where a(1 − a) is never below the smaller of its two ends.
        slope = np.minimum(A[0] * (1 - A[0]), A[k] * (1 - A[k]))
        smallest = np.linalg.eigvalsh(X1 * slope @ X1.T / 60).min()
        allowed = np.linalg.norm(gradients[0] - gradients[k]) / smallest + 1e-12
        assert allowed < 1e-3
        assert np.linalg.norm(ends[0] - ends[k]) < allowed
