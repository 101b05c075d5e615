"""The ten questions at the end of lecture F, each answered by something that runs on every implementation.

A docstring is the question, the assertions are the answer. Data are halves and whole numbers wherever an answer is an
equation: then every sum is exact, and the two sides have the same bits.
"""

import numpy as np
import pytest

from loopwise import Architecture, Neuron, datasets, errors, initialize, network_forward, network_step, train
from loopwise.learning.architecture import fitting
from loopwise.learning.models import accuracy
from loopwise.learning.parameters import views


@pytest.fixture(params=["relu", "leaky_relu"])
def layer(implementation, request):
    """One layer on four examples, in halves: W (4, 3), b (4, 1), A_prev (3, 4), dZ (4, 4), and its activation."""
    rng = np.random.default_rng(6)
    arrays = (rng.integers(-4, 5, shape) / 2 for shape in ((4, 3), (4, 1), (3, 4), (4, 4)))
    return implementation, *arrays, request.param


def numpy_of(impl, natives):
    """Arrays, whatever the implementation calls its own."""
    return [impl.asnumpy(native) for native in natives]


def test_question_1_does_tanh_center_the_data_better_than_sigmoid(implementation):
    """Does tanh usually outperform sigmoid for hidden units by better centering data? True."""
    Z = implementation.asnative(np.random.default_rng(0).standard_normal((4, 50)))
    tanh, sigmoid = numpy_of(implementation, (implementation.activate(Z, g) for g in ("tanh", "sigmoid")))
    # tanh z has mean 0 and deviation 0.63, σ(z) mean ½ and deviation 0.21; of 200, the mean has √200 = 14 times less.
    assert abs(tanh.mean()) < 4 * 0.63 / 14 < 0.5 - 4 * 0.21 / 14 < sigmoid.mean()
    data, costs = datasets.load("flower", examples=100), {}
    for hidden in ("tanh", "sigmoid"):
        network = Architecture((2, 4, 1), (hidden, "sigmoid"))
        X, Y = implementation.asnative(data.X), implementation.asnative(data.Y)
        costs[hidden] = train(implementation, network, initialize(network), X, Y, alpha=1.0, epochs=100).costs[-1]
    assert costs["tanh"] < costs["sigmoid"]


def test_question_2_forward_propagation_for_layer_l(layer):
    """What is the correct vectorized implementation of forward propagation for layer l?"""
    impl, W, b, A_prev, _, g = layer
    Z, A = numpy_of(impl, impl.layer_forward(*map(impl.asnative, (W, b, A_prev)), g))
    assert np.array_equal(Z, W @ A_prev + b)  # Z[l] = W[l] A[l-1] + b[l]
    assert np.array_equal(A, impl.asnumpy(impl.activate(impl.asnative(Z), g)))  # A[l] = g[l](Z[l])


def test_question_3_backward_propagation_for_layer_l(layer):
    """What is the correct vectorized implementation of backward propagation for layer l?"""
    impl, W, b, A_prev, dA, g = layer
    Z = W @ A_prev + b
    (slope,) = numpy_of(impl, [impl.activation_slope(impl.asnative(Z), g)])
    (dZ,) = numpy_of(impl, [impl.activation_backward(impl.asnative(dA), impl.asnative(Z), g)])
    assert np.array_equal(dZ, dA * slope)  # dZ[l] = dA[l] * g[l]'(Z[l])
    dZ = np.round(2 * dZ) / 2  # in halves again
    dA_prev, dW, db = numpy_of(impl, impl.layer_backward(*map(impl.asnative, (dZ, W, A_prev))))
    assert np.array_equal(dW, dZ @ A_prev.T / 4)  # dW[l] = 1/m dZ[l] A[l-1]ᵀ
    assert np.array_equal(db, np.sum(dZ, axis=1, keepdims=True) / 4)  # db[l] = 1/m Σ dZ[l]
    assert np.array_equal(dA_prev, W.T @ dZ)  # dA[l-1] = W[l]ᵀ dZ[l]


def test_question_4_which_output_activation_for_two_and_for_three_classes(implementation):
    """For a binary, ternary classifier which activations are best for the output layer and why?"""
    assert fitting(3, 1, [4, 1]).activations[-1] == "sigmoid"  # one number is enough: P(y = 1); the rest is P(y = 0)
    assert fitting(3, 3, [4, 3]).activations[-1] == "softmax"  # three numbers that are a distribution
    Z = implementation.asnative([[-3.0, 0.0, 2.0], [1.0, 0.0, 4.0], [0.5, 0.0, -1.0]])
    outputs = {g: implementation.asnumpy(implementation.activate(Z, g)) for g in ("sigmoid", "softmax", "tanh", "relu")}
    for g in ("sigmoid", "softmax"):
        assert ((outputs[g] > 0) & (outputs[g] < 1)).all()
    assert outputs["tanh"].min() < 0  # no probability
    assert outputs["relu"].max() > 1
    # Two roundings in the denominator, one in each quotient, two in this sum, of ½ ε each.
    assert abs(outputs["softmax"].sum(axis=0) - 1).max() < 4 * np.finfo(float).eps
    assert abs(outputs["sigmoid"].sum(axis=0) - 1).min() > 0.1
    with pytest.raises(errors.ArchitectureError, match="needs a sigmoid or softmax output, not 'tanh'"):
        Architecture((3, 4, 1), ("tanh", "tanh"))


def test_question_5_what_is_the_shape_of_a_sum_that_keeps_its_dimensions(implementation):
    """If A.shape = (4, 3), what is B.shape for B = np.sum(A, axis=1, keepdims=True), and why use keepdims?"""
    A = np.arange(12.0).reshape(4, 3)
    B, flat = np.sum(A, axis=1, keepdims=True), np.sum(A, axis=1)
    assert (B.shape, flat.shape) == ((4, 1), (4,))
    assert (A + B).shape == (4, 3)  # each row gets its own sum
    with pytest.raises(ValueError, match="broadcast"):
        A + flat
    square = np.arange(16.0).reshape(4, 4)
    assert not np.array_equal(square + flat, square + B)  # worse: no error, but each column gets a row's sum
    _, db = implementation.layer_gradient(implementation.asnative(A), implementation.asnative(np.ones((2, 3))))
    assert np.array_equal(implementation.asnumpy(db), B / 3)  # db is such a sum


def test_question_6_what_do_units_compute_that_begin_with_zeros(implementation):
    """If a neural network's weights and biases are initialized to zero, what happens to neuron computations?"""
    network = Architecture((2, 4, 1), ("sigmoid", "sigmoid"))
    data = datasets.load("flower", examples=41)
    X, Y = implementation.asnative(data.X), implementation.asnative(data.Y)
    state = train(implementation, network, initialize(network, "zeros"), X, Y, alpha=1.0, epochs=20)
    W, b, _ = views(state.theta, network)
    _, A = numpy_of(
        implementation, implementation.layer_forward(*map(implementation.asnative, (W[1], b[1])), X, "sigmoid")
    )
    assert np.ptp(A, axis=1).min() > 1e-6  # they learn,
    assert np.ptp(A, axis=0).max() < 2.0**-40  # but all the same, however long (BLAS: up to roundings)


def test_question_7_need_logistic_regression_begin_at_random(implementation):
    """Should logistic regression weights be initialized randomly (not zero) to "break symmetry"? No: there is none."""
    data = datasets.load("breast_cancer", test_fraction=0.2)
    model = Neuron("logistic", 30)
    X, Y = implementation.asnative(data.X), implementation.asnative(data.Y)
    _, gradient, _ = model.step(implementation, np.zeros(31), X, Y)
    assert len(set(gradient.tolist())) == 31  # each weight sees its own feature
    state = train(implementation, model, np.zeros(31), X, Y, alpha=1.0, epochs=10)
    _, A = model.predict(implementation, state.theta, implementation.asnative(data.X_test))
    # 114 held-out examples, 63 % of one class: guessing gets 92 % right less than once in 10¹².
    assert accuracy(model, implementation.asnumpy(A), data.Y_test) > 0.92


def test_question_8_what_do_weights_times_1000_do_to_tanh(implementation):
    """What happens if a tanh-activated network's weights are initialized very large (e.g., *1000), and why?"""
    network, data = Architecture((2, 6, 1), ("tanh", "sigmoid")), datasets.load("flower", examples=60)
    X, Y = implementation.asnative(data.X), implementation.asnative(data.Y)
    slopes, learning = [], []
    for times in (1, 1000):
        theta = times * initialize(network, "xavier", 1)
        W, b, _ = views(theta, network)
        Z, _ = implementation.layer_forward(implementation.asnative(W[1]), implementation.asnative(b[1]), X, "tanh")
        slopes.append(np.median(implementation.asnumpy(implementation.activation_slope(Z, "tanh"))))
        _, gradient = network_step(implementation, network, theta, X, Y)
        dW = views(gradient, network)[0][1]
        learning.append(np.linalg.norm(dW) / np.linalg.norm(W[1]))  # of its size, at alpha = 1, in one step
    assert slopes[0] > 0.1
    assert slopes[1] == 0.0  # tanh is flat there: 1 − a² = 0
    assert learning[1] < learning[0] / 50  # so the gradient is next to nothing, and learning slow


@pytest.mark.parametrize(("hidden", "weights", "biases"), [(2, 8, 3), (4, 16, 5)])
def test_question_9_shapes_of_the_parameters(hidden, weights, biases):
    """For a 1-hidden layer NN 3-2-1 (and the lecture's 3-4-1), what are the shapes of b[1], W[1], W[2], and b[2]?"""
    network = Architecture((3, hidden, 1), ("tanh", "sigmoid"))
    W, b, _ = views(initialize(network), network)
    assert (b[1].shape, W[1].shape, W[2].shape, b[2].shape) == ((hidden, 1), (hidden, 3), (1, hidden), (1, 1))
    assert (W[1].size + W[2].size, b[1].size + b[2].size) == (weights, biases)
    assert network.parameter_count == weights + biases  # 3-4-1: 16 weights and 5 biases, 21 to learn


@pytest.mark.parametrize("m", [1, 7])
def test_question_10_dimensions_of_the_hidden_layer(implementation, m):
    """For the same 1-hidden layer NN, what are the dimensions of Z[1] and A[1] (assuming m examples)?"""
    network = Architecture((3, 2, 1), ("tanh", "sigmoid"))
    theta, X = initialize(network), implementation.asnative(np.ones((3, m)))
    W, b, _ = views(theta, network)
    Z, A = implementation.layer_forward(implementation.asnative(W[1]), implementation.asnative(b[1]), X, "tanh")
    assert implementation.shape(Z) == implementation.shape(A) == (2, m)
    assert implementation.shape(network_forward(implementation, network, theta, X)) == (1, m)
