"""Slopes by small steps: the lecture's figures, the computation graph, and the check of whole networks."""

import dataclasses
import math

import numpy as np
import pytest
from helpers.networks import HIDDEN
from helpers.wrong_gradients import faulty, one_wrong_weight

from loopwise import Architecture, Neuron, datasets, errors, get_implementation, gradient_check, initialize
from loopwise.implementations import numpy_vectorized
from loopwise.learning.gradient_check import STEP, slope

# === B "Derivatives": f = 3x, x², x³, log x at 1, 3, 5 ================================================

LECTURE = {
    "3x": (lambda x: 3 * x, lambda x: 3.0),
    "x²": (lambda x: x * x, lambda x: 2 * x),
    "x³": (lambda x: x * x * x, lambda x: 3 * x * x),
    "log x": (math.log, lambda x: 1 / x),
}


@pytest.mark.parametrize("x", [1.0, 3.0, 5.0])
@pytest.mark.parametrize("f", LECTURE)
def test_slopes_of_the_lecture(f, x):
    function, derivative = LECTURE[f]
    # h²/6 of a third derivative of at most 6 in magnitude, and a rounding of ε f(x) over h.
    allowed = STEP**2 + 4 * np.finfo(float).eps * max(1.0, abs(function(x))) / STEP
    assert abs(slope(function, x) - derivative(x)) < allowed


def test_the_lectures_own_steps():
    # f(1.001) = 3.003, so 3 at x = 1; f(3.001) = 9.006001, so 6 at x = 3 with the lecture's three decimals.
    assert round((3 * 1.001 - 3 * 1) / 0.001, 3) == 3.0
    assert round((3.001**2 - 3**2) / 0.001, 2) == 6.0
    assert slope(lambda x: x * x, 3.0) == pytest.approx(6.0, rel=1e-9)


# === whole networks ===================================================================================

EXTRAS = (
    {},
    {"l2": 0.1},
    {"keep_prob": 0.6},
    {"batch_norm": True},
    {"l2": 0.1, "keep_prob": 0.6, "batch_norm": True},
)


def problem(impl, architecture, m=8, seed=0):
    rng = np.random.default_rng(seed)
    theta = initialize(architecture, "xavier", rng) + 0.1 * rng.standard_normal(architecture.parameter_count)
    Y = np.eye(architecture.n[-1])[:, rng.integers(architecture.n[-1], size=m)]
    return theta, impl.asnative(rng.standard_normal((architecture.n[0], m))), impl.asnative(Y)


@pytest.mark.parametrize("extras", EXTRAS, ids=lambda extras: "+".join(extras) or "plain")
@pytest.mark.parametrize("hidden", HIDDEN)
def test_every_architecture_passes(implementation, hidden, extras):
    architecture = Architecture((3, 4, 2), (hidden, "softmax"), **extras)
    assert gradient_check(implementation, architecture, *problem(implementation, architecture)).passed


@pytest.mark.parametrize("kind", ["logistic", "adaline"])
def test_neurons_pass(implementation, kind):
    X, Y = implementation.asnative(np.array([[1.0, -2, 0.5]])), implementation.asnative(np.array([[1.0, 0, 1]]))
    check = gradient_check(implementation, Neuron(kind, 1, l2=0.1), np.array([0.3, -0.2]), X, Y)
    assert check.passed
    assert check.parameter in ("w[0, 0]", "b")


def test_a_perceptron_has_no_slope(implementation):
    X = implementation.asnative(np.ones((1, 2)))
    with pytest.raises(errors.OptionError, match="a perceptron's cost jumps"):
        gradient_check(implementation, Neuron("perceptron", 1), np.zeros(2), X, X)


def no_penalty(dW, W, l2):
    return dW


def mask_forgotten(A, D, keep_prob):
    return A / keep_prob


def mean_held_fixed(dZ_tilde, Z_hat, gamma, variance, epsilon):
    dZ, dgamma, dbeta = numpy_vectorized.batch_norm_backward(dZ_tilde, Z_hat, gamma, variance, epsilon)
    return dZ + dbeta, dgamma, dbeta


def test_the_worst_parameter_is_named():
    architecture = Architecture((3, 4, 2), ("tanh", "softmax"))
    impl = faulty(layer_backward=one_wrong_weight)
    check = gradient_check(impl, architecture, *problem(impl, architecture))
    assert (check.passed, check.parameter) == (False, "W[2][1, 2]")
    # |g(1 + 1e-4) − g| over the larger of the two: 1e-4/(1 + 1e-4), and rounding far below its thousandth.
    assert check.relative_error == pytest.approx(1e-4, rel=1e-3)


@pytest.mark.parametrize(
    ("fault", "extras"),
    [({"l2_gradient": no_penalty}, {"l2": 0.1}), ({"batch_norm_backward": mean_held_fixed}, {"batch_norm": True})],
    ids=["no penalty", "mean held fixed"],
)
def test_wrong_gradients_fail(fault, extras):
    architecture = Architecture((3, 4, 2), ("tanh", "softmax"), **extras)
    impl = faulty(**fault)
    assert not gradient_check(impl, architecture, *problem(impl, architecture)).passed


def test_a_mask_that_backward_forgets_fails(monkeypatch):
    architecture = Architecture((3, 4, 2), ("tanh", "softmax"), keep_prob=0.5)
    impl = get_implementation("numpy_vectorized")
    calls = []

    def forward_only(A, D, keep_prob):
        calls.append(1)
        return numpy_vectorized.dropout(A, D, keep_prob) if len(calls) % 2 else mask_forgotten(A, D, keep_prob)

    impl = faulty(dropout=forward_only)
    assert not gradient_check(impl, architecture, *problem(impl, architecture)).passed


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_gradient_that_is_no_number_fails(wrong):
    def broken(dZ, A_prev):
        dW, db = numpy_vectorized.layer_gradient(dZ, A_prev)
        dW[1, 1] = wrong
        return dW, db

    architecture = Architecture((3, 4, 2), ("tanh", "softmax"))
    impl = faulty(layer_gradient=broken)
    check = gradient_check(impl, architecture, *problem(impl, architecture))
    assert (check.passed, check.parameter, check.relative_error) == (False, "W[1][1, 1]", math.inf)


def test_single_precision_is_refused():
    impl, architecture = get_implementation("numpy_vectorized"), Architecture((1, 1), ("sigmoid",))
    X = np.ones((1, 2), np.float32)
    with pytest.raises(errors.DTypeError, match="theta is float32; expected float64"):
        gradient_check(impl, architecture, np.zeros(2, np.float32), X, X)


def test_a_result_cannot_be_changed():
    architecture = Architecture((3, 1), ("sigmoid",))
    impl = get_implementation("numpy_vectorized")
    X, Y = np.ones((3, 2)), np.array([[0.0, 1.0]])
    check = gradient_check(impl, architecture, np.zeros(4), X, Y)
    with pytest.raises(dataclasses.FrozenInstanceError):
        check.slope = 0.0


# === corners ==========================================================================================


def xor_problem(impl, sizes=(2, 4, 1), hidden="relu", seed=0, loss="cross_entropy", **extras):
    """A network with fresh biases on xor: at x = (0, 0) every z is exactly 0."""
    output = "sigmoid" if loss == "cross_entropy" else "identity"
    architecture = Architecture(sizes, (hidden,) * (len(sizes) - 2) + (output,), loss, **extras)
    data = datasets.load("xor")
    return architecture, initialize(architecture, "he", seed), impl.asnative(data.X), impl.asnative(data.Y)


@pytest.mark.parametrize("extras", EXTRAS, ids=lambda extras: "+".join(extras) or "plain")
@pytest.mark.parametrize("sizes", [(2, 4, 1), (2, 4, 4, 1), (2, 3, 5, 4, 1)], ids=str)
@pytest.mark.parametrize("hidden", ["relu", "leaky_relu"])
def test_fresh_biases_on_xor_are_right(hidden, sizes, extras):
    impl = get_implementation("numpy_vectorized")
    for seed in range(3):
        check = gradient_check(impl, *xor_problem(impl, sizes, hidden, seed, **extras), seed)
        assert check.passed, check


def test_every_implementation_is_right_on_a_corner(implementation):
    check = gradient_check(implementation, *xor_problem(implementation))
    assert check.passed
    assert check.corner
    assert set(check.corners) <= {f"b[1][{k}, 0]" for k in range(4)}  # W[1] moves no z at x = (0, 0)


def test_where_there_is_no_corner_none_is_said():
    impl = get_implementation("numpy_vectorized")
    architecture = Architecture((3, 4, 2), ("relu", "softmax"))
    assert gradient_check(impl, architecture, *problem(impl, architecture)).corners == ()


def with_slope(share):
    """An implementation which takes that share of relu's step at z = 0."""

    def activation_backward(dA, Z, activation):
        return np.where(Z == 0, share * dA, numpy_vectorized.activation_backward(dA, Z, activation))

    return faulty(activation_backward=activation_backward)


@pytest.mark.parametrize(("share", "right"), [(0, True), (0.5, True), (1, True), (1.5, False), (-0.5, False)])
def test_on_a_corner_any_value_between_the_sides_is_right(share, right):
    impl = with_slope(share)
    check = gradient_check(impl, *xor_problem(impl))
    assert (check.passed, check.corner) == (right, True)
    if not right:
        assert check.parameter in check.corners


@pytest.mark.parametrize("fault", [one_wrong_weight, mean_held_fixed, no_penalty])
def test_beside_corners_wrong_gradients_fail(fault):
    name = {one_wrong_weight: "layer_gradient", no_penalty: "l2_gradient"}.get(fault, "batch_norm_backward")

    def first_layer(dZ, A_prev):
        dW, db = numpy_vectorized.layer_gradient(dZ, A_prev)
        return (1 + 1e-4) * dW, db

    impl = faulty(**{name: first_layer if name == "layer_gradient" else fault})
    extras = {no_penalty: {"l2": 0.1}, mean_held_fixed: {"batch_norm": True}}.get(fault, {})
    assert not gradient_check(impl, *xor_problem(impl, sizes=(2, 4, 4, 1), seed=2, **extras)).passed


@pytest.mark.parametrize("distance", [1e-12, 1e-9, 3e-8, 1e-6, 1e-5])
@pytest.mark.parametrize("sign", [-1, 1])
def test_nearly_on_a_corner_is_right_too(distance, sign):
    impl = get_implementation("numpy_vectorized")
    architecture, theta, X, Y = xor_problem(impl)
    theta[8:12] = sign * distance  # b[1]
    assert gradient_check(impl, architecture, theta, X, Y).passed


@pytest.mark.parametrize("l2", [0.0, 0.1])
def test_an_absolute_loss_at_its_label_is_a_corner(implementation, l2):
    # ŷ = wx + b = y for the first example: its |ŷ − y| goes up to both sides, and 0 of −1 … 1 is its slope.
    architecture = Architecture((1, 1), ("identity",), "absolute", l2=l2)
    X, Y = (implementation.asnative(np.array([row])) for row in ([1.0, 2.0], [0.75, 0.0]))
    check = gradient_check(implementation, architecture, np.array([0.5, 0.25]), X, Y)
    assert (check.passed, check.corners) == (True, ("W[1][0, 0]", "b[1][0, 0]"))


def test_a_corner_of_both_sides_of_a_weight_is_right(implementation):
    # w = b = 0, x = 1 and −2: w moves one z up and the other down, and backpropagation adds the slopes of both.
    architecture = Architecture((1, 1), ("relu",), "squared")
    X, Y = (implementation.asnative(np.array([row])) for row in ([1.0, -2.0], [1.0, 3.0]))
    check = gradient_check(implementation, architecture, np.zeros(2), X, Y)
    assert (check.passed, check.corners) == (True, ("W[1][0, 0]", "b[1][0, 0]"))


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("calls", ["all", "first", "others"])
def test_a_cost_that_is_not_finite_never_passes(calls, value):
    made = []

    def cost(Z, A, Y, loss, activation):
        made.append(1)
        broken = calls == "all" or (len(made) == 1) == (calls == "first")
        return value if broken else numpy_vectorized.cost(Z, A, Y, loss, activation)

    impl = faulty(cost=cost)
    architecture = Architecture((3, 4, 2), ("relu", "softmax"))
    check = gradient_check(impl, architecture, *problem(impl, architecture))
    assert (check.passed, check.relative_error) == (False, math.inf)
    assert check.not_finite == "the slope of the cost"


def test_a_list_of_parameters_is_taken():
    impl = get_implementation("numpy_vectorized")
    architecture, theta, X, Y = xor_problem(impl)
    assert gradient_check(impl, architecture, theta.tolist(), X, Y) == gradient_check(impl, architecture, theta, X, Y)
