"""Truth from outside the project: arithmetic by hand, numerical gradients, scikit-learn's optimum."""

import math

import numpy as np
import pytest

from loopwise import Architecture, Neuron, datasets, initialize, train
from loopwise.interface import ACTIVATIONS, LOSSES
from loopwise.learning.network import network_forward, network_step


def native(impl, *arrays):
    return [impl.asnative(np.array(array, dtype=float)) for array in arrays]


# === by hand ==========================================================================================


def test_dot_by_hand(implementation):
    # 1·4 + 2·5 + 3·6 = 4 + 10 + 18 = 32
    w, x = native(implementation, [1, 2, 3], [4, 5, 6])
    assert implementation.dot(w, x) == 32.0


def test_columns_are_vectors_too(implementation):
    # [1 2; 3 4]·(5, 6)ᵀ = (1·5 + 2·6, 3·5 + 4·6) = (17, 39), a column because v was one
    A, v = native(implementation, [[1, 2], [3, 4]], [[5], [6]])
    assert implementation.asnumpy(implementation.matvec(A, v)).tolist() == [[17.0], [39.0]]
    assert implementation.dot(v, v) == 61.0


def test_logistic_step_by_hand(implementation):
    # w = (1, −1), b = 0; examples (1, 1), (2, 2): z = 0, 0; a = ½, ½; y = 1, 0: dz = −½, ½.
    # J = (log 2 + log 2)/2; dw_j = (1·(−½) + 2·½)/2 = ¼ for both features; db = (−½ + ½)/2 = 0.
    w, X, Y = native(implementation, [[1], [-1]], [[1, 2], [1, 2]], [[1, 0]])
    J, dw, db = implementation.logistic_step(w, 0.0, X, Y)
    assert J == math.log(2)
    assert implementation.asnumpy(dw).tolist() == [[0.25], [0.25]]
    assert db == 0.0


def test_one_example_by_hand(implementation):
    # x = (1, 2), w = (½, ¼), b = −1: z = ½ + ½ − 1 = 0; a = ½; y = 0: dz = ½; dw = x·dz = (½, 1); db = ½.
    w, X, Y = native(implementation, [[0.5], [0.25]], [[1], [2]], [[0]])
    J, dw, db = implementation.logistic_step(w, -1.0, X, Y)
    assert (J, db) == (math.log(2), 0.5)
    assert implementation.asnumpy(dw).tolist() == [[0.5], [1.0]]


def test_two_layers_by_hand(implementation):
    # 2-2-1, relu then identity, squared loss, one example x = (1, −1), y = 1.
    # W1 = [1 0; 0 1], b1 = (1, 0): z1 = (2, −1), a1 = (2, 0). W2 = (1, 3), b2 = ½: z2 = 2 + 0 + ½ = 2½.
    # J = ½(2½ − 1)² = ½·2¼ = 1⅛. dz2 = 1½; dW2 = 1½·(2, 0) = (3, 0); db2 = 1½.
    # da1 = W2ᵀ·1½ = (1½, 4½); dz1 = (1½, 0), the slope of relu at −1 being 0.
    # dW1 = dz1·xᵀ = [1½ −1½; 0 −0]; db1 = (1½, 0).
    architecture = Architecture((2, 2, 1), ("relu", "identity"), "squared")
    theta = np.array([1, 0, 0, 1, 1, 0, 1, 3, 0.5])
    X, Y = native(implementation, [[1], [-1]], [[1]])
    J, gradient = network_step(implementation, architecture, theta, X, Y)
    assert J == 1.125
    assert gradient.tolist() == [1.5, -1.5, 0, 0, 1.5, 0, 3, 0, 1.5]


def test_activations_by_hand(implementation):
    (Z,) = native(implementation, [[-2.0, 0.0, 2.0]])
    e2 = math.exp(-2)
    # softmax of a single unit is 1 whatever z is: e^z / e^z.
    expected = {
        "identity": [-2, 0, 2],
        "step": [0, 1, 1],
        "sign": [-1, 1, 1],
        "relu": [0, 0, 2],
        "leaky_relu": [-0.02, 0, 2],
        "softmax": [1, 1, 1],
        "sigmoid": [e2 / (1 + e2), 0.5, 1 / (1 + e2)],
        "tanh": [math.tanh(-2), 0, math.tanh(2)],
    }
    slopes = {
        "identity": [1, 1, 1],
        "step": [0, 0, 0],
        "sign": [0, 0, 0],
        "relu": [0, 1, 1],
        "leaky_relu": [0.01, 1, 1],
        "softmax": [0, 0, 0],
        "sigmoid": [e2 / (1 + e2) ** 2, 0.25, e2 / (1 + e2) ** 2],
        "tanh": [1 - math.tanh(2) ** 2, 1, 1 - math.tanh(2) ** 2],
    }
    assert set(expected) == set(slopes) == set(ACTIVATIONS)
    # Two functions, at most 4 ulp each (contract/rounding_bounds.py), and three operations.
    few_ulp = 16 * np.finfo(float).eps
    for activation in ACTIVATIONS:
        for operation, wanted in (("activate", expected), ("activation_slope", slopes)):
            result = implementation.asnumpy(getattr(implementation, operation)(Z, activation))
            np.testing.assert_allclose(result, [wanted[activation]], rtol=few_ulp, atol=few_ulp)


def test_costs_by_hand(implementation):
    # Two units, two examples: A − Y = [½ −1; 0 ½], so absolute (½ + 1 + 0 + ½)/2 = 1 and
    # squared ½(¼ + 1 + 0 + ¼)/2 = 0.375.
    Z, A, Y = native(implementation, [[0, 0], [0, 0]], [[0.5, 0], [1, 0.5]], [[0, 1], [1, 0]])
    assert implementation.cost(Z, A, Y, "absolute", "identity") == 1.0
    assert implementation.cost(Z, A, Y, "squared", "identity") == 0.375
    # z = 0 everywhere: four binary losses of log 2 over two examples; softmax of two equal units: log 2 an example.
    assert implementation.cost(Z, A, Y, "cross_entropy", "sigmoid") == pytest.approx(
        2 * math.log(2), rel=4 * np.finfo(float).eps
    )
    assert implementation.cost(Z, A, Y, "cross_entropy", "softmax") == pytest.approx(
        math.log(2), rel=4 * np.finfo(float).eps
    )


def test_costs_stay_finite_where_the_lectures_form_does_not(implementation):
    # y = 1 at z = −1000: −log σ(−1000) = 1000 + log(1 + e^−1000) = 1000. At z = 1000 it is e^−1000, which is 0.
    Z, Y = native(implementation, [[-1000.0, 1000.0]], [[1, 1]])
    assert implementation.cost(Z, implementation.activate(Z, "sigmoid"), Y, "cross_entropy", "sigmoid") == 500.0
    Z, Y = native(implementation, [[-1000.0], [1000.0]], [[1], [0]])
    assert implementation.cost(Z, implementation.activate(Z, "softmax"), Y, "cross_entropy", "softmax") == 2000.0


def test_descend_by_hand(implementation):
    # (1, 2) − ½·(4, −2) = (−1, 3)
    theta, gradient = native(implementation, [1, 2], [4, -2])
    assert implementation.asnumpy(implementation.descend(theta, gradient, 0.5)).tolist() == [-1.0, 3.0]


# === numerical gradients ==============================================================================


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "relu", "leaky_relu", "identity"])
def test_gradient_is_the_slope_of_the_cost(implementation, hidden, loss):
    rng = np.random.default_rng(7)
    output = {"cross_entropy": "softmax", "squared": "softmax", "absolute": "sigmoid"}[loss]
    architecture = Architecture((3, 4, 3), (hidden, output), loss)
    theta = initialize(architecture, "xavier", rng)
    X, Y = native(implementation, rng.standard_normal((3, 6)), np.eye(3)[:, rng.integers(3, size=6)])
    _, gradient = network_step(implementation, architecture, theta, X, Y)
    h = np.finfo(float).eps ** (1 / 3)
    for p in range(len(theta)):
        up, down = theta.copy(), theta.copy()
        up[p] += h
        down[p] -= h
        slope = (
            network_step(implementation, architecture, up, X, Y)[0]
            - network_step(implementation, architecture, down, X, Y)[0]
        ) / (2 * h)
        # Central difference: h²/6 of a third derivative of order 1 (here below 30), and 2·ε·J/2h of rounding.
        assert abs(slope - gradient[p]) < 5 * h**2 + 10 * np.finfo(float).eps / h


# === scikit-learn =====================================================================================


def test_descent_reaches_scikit_learns_optimum(implementation):
    from sklearn.linear_model import LogisticRegression

    X, labels, _ = datasets.synthetic(60, 3, seed=3)  # its classes overlap, so the optimum is finite
    Y = datasets.one_hot(labels, 2)
    peer = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000).fit(X.T, labels)
    optimum = np.append(peer.coef_.ravel(), peer.intercept_)
    steps = 600
    model = Neuron("logistic", 3)
    trained = train(implementation, model, np.zeros(4), *native(implementation, X, Y), alpha=4.0, epochs=steps)
    _, gradient = logistic_gradient(trained.theta, X, Y)
    # Near the optimum theta is off by H⁻¹ times what is left of the gradient; the same for the peer's own.
    _, peer_gradient = logistic_gradient(optimum, X, Y)
    a = 1 / (1 + np.exp(-(optimum[:3] @ X + optimum[3])))
    X1 = np.vstack([X, np.ones(60)])
    smallest = np.linalg.eigvalsh(X1 * (a * (1 - a)) @ X1.T / 60).min()
    allowed = 2 * (np.linalg.norm(gradient) + np.linalg.norm(peer_gradient)) / smallest + 1e-12
    assert allowed < 1e-3
    assert np.linalg.norm(trained.theta - optimum) < allowed
    assert np.linalg.norm(gradient) < 1e-6


def logistic_gradient(theta, X, Y):
    """The gradient in another form than ours: from scipy's expit."""
    from scipy.special import expit

    dz = expit(theta[:3] @ X + theta[3]) - Y[0]
    return dz, np.append(X @ dz, dz.sum()) / X.shape[1]


def test_prediction_of_a_trained_network_beats_chance_clearly(implementation):
    data = datasets.load("flower", test_fraction=0.25, examples=200)
    architecture = Architecture((2, 6, 1), ("tanh", "sigmoid"))
    theta = initialize(architecture, "xavier", np.random.default_rng(1))
    X, Y = native(implementation, data.X, data.Y)
    trained = train(implementation, architecture, theta, X, Y, alpha=1.0, epochs=300)
    (X_test,) = native(implementation, data.X_test)
    A = implementation.asnumpy(network_forward(implementation, architecture, trained.theta, X_test))
    assert trained.costs[-1] < 0.6 * trained.costs[0]
    # 50 held-out examples: guessing gets 36 of them right less than once in a thousand tries.
    assert ((A > 0.5) == (data.Y_test > 0.5)).sum() >= 36
