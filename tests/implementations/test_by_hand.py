"""Truth from outside the project: arithmetic by hand, numerical gradients, scikit-learn's optimum."""

import numpy as np
import pytest
from helpers.inputs import native

from loopwise import Architecture, Neuron, datasets, initialize, train
from loopwise.interface import LOSSES
from loopwise.learning.network import network_forward, network_step

# === by hand ==========================================================================================


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
