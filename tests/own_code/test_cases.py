"""What people write, by kind, with the right verdict of each: a right one never fails, a wrong one never passes."""

import pytest
from helpers.course_code import judged

NUMPY = "import numpy as np\n"
SIGMOID = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"

# kind: (the file, the function, its verdict, what its convention says, words of the message)
CASES = {
    "grads, then cost": (
        SIGMOID
        + """
def propagate(w, b, X, Y):
    m = X.shape[1]
    A = sigmoid(np.dot(w.T, X) + b)
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    return {"dw": np.dot(X, (A - Y).T) / m, "db": np.sum(A - Y) / m}, cost
""",
        "propagate",
        "unstable",
        "",
        "right even there: dw, db",
    ),
    "cost, then grads": (
        SIGMOID
        + """
def propagate(w, b, X, Y):
    m = X.shape[1]
    A = sigmoid(np.dot(w.T, X) + b)
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    return cost, {"db": np.sum(A - Y) / m, "dw": np.dot(X, (A - Y).T) / m}
""",
        "propagate",
        "unstable",
        "",
        "",
    ),
    "dw, db, cost": (
        SIGMOID
        + """
def propagate(w, b, X, Y, print_cost=False):
    m = X.shape[1]
    z = np.dot(w.T, X) + b
    cost = np.sum(np.logaddexp(0, z) - Y * z) / m
    return np.dot(X, (sigmoid(z) - Y).T) / m, np.sum(sigmoid(z) - Y) / m, cost
""",
        "propagate",
        "passed",
        "returns dw, db, J",
        "",
    ),
    "all in one dict": (
        SIGMOID
        + """
def compute_gradients(w, b, X, Y):
    m = X.shape[1]
    z = np.dot(w.T, X) + b
    cost = np.sum(np.logaddexp(0, z) - Y * z) / m
    return {"cost": cost, "dw": np.dot(X, (sigmoid(z) - Y).T) / m, "db": np.sum(sigmoid(z) - Y) / m}
""",
        "compute_gradients",
        "passed",
        "",
        "",
    ),
    "rows, and vectors of one dimension": (
        SIGMOID
        + """
def cost_and_gradients(X, y, w, b):
    m, n = X.shape
    z = X @ w + b
    cost = np.mean(np.logaddexp(0, z) - y * z)
    error = sigmoid(z) - y
    return cost, X.T @ error / m, error.mean()
""",
        "cost_and_gradients",
        "passed",
        "examples in rows",
        "",
    ),
    "rows with columns of labels": (
        SIGMOID
        + """
def cost_and_gradients(X, y, w, b):
    z = X @ w + b
    error = sigmoid(z) - y
    return np.mean(np.logaddexp(0, z) - y * z), X.T @ error / len(X), error.mean(axis=0)
""",
        "cost_and_gradients",
        "passed",
        "examples in rows",
        "",
    ),
    "labels −1 and +1": (
        """
def loss_and_grad(w, b, X, y):
    margin = y * (w.T @ X + b)
    d = -y / (1 + np.exp(np.minimum(margin, 700)))
    return np.mean(np.logaddexp(0, -margin)), X @ d.T / X.shape[1], np.mean(d)
""",
        "loss_and_grad",
        "passed",
        "labels −1 and +1",
        "",
    ),
    "sums, all of them": (
        SIGMOID
        + """
def lossAndGrad(w, b, X, y):
    z = w.T @ X + b
    return np.sum(np.logaddexp(0, z) - y * z), X @ (sigmoid(z) - y).T, np.sum(sigmoid(z) - y)
""",
        "lossAndGrad",
        "passed",
        "sums over the examples",
        "",
    ),
    "sums, but for the cost": (
        SIGMOID
        + """
def propagate(w, b, X, y):
    z = w.T @ X + b
    return np.mean(np.logaddexp(0, z) - y * z), X @ (sigmoid(z) - y).T, np.sum(sigmoid(z) - y)
""",
        "propagate",
        "failed",
        "",
        "dw is m times too large at m = 33 — is the 1/m missing?; the same of db; right: J",
    ),
    "divided by the number of features": (
        SIGMOID
        + """
def propagate(w, b, X, y):
    z, m = w.T @ X + b, X.shape[1]
    J = np.sum(np.logaddexp(0, z) - y * z) / X.shape[0]
    return J, X @ (sigmoid(z) - y).T / m, np.sum(sigmoid(z) - y) / m
""",
        "propagate",
        "failed",
        "",
        "J is m/n_x = 33/7 times what it should be at m = 33 — divided by the number of features?",
    ),
    "an epsilon in the log": (
        SIGMOID
        + """
def propagate(w, b, X, y):
    A, m = sigmoid(w.T @ X + b), X.shape[1]
    J = -np.sum(y * np.log(A + 1e-8) + (1 - y) * np.log(1 - A + 1e-8)) / m
    return J, X @ (A - y).T / m, np.sum(A - y) / m
""",
        "propagate",
        "failed",
        "",
        "is there an epsilon of 1e-8 inside the log?",
    ),
    "a clipped probability": (
        """
def compute_cost(AL, Y):
    AL = np.clip(AL, 1e-15, 1 - 1e-15)
    return -np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))
""",
        "compute_cost",
        "unstable",
        "",
        "",
    ),
    "a matrix product as the cost": (
        """
def compute_cost(A2, Y):
    return -(np.dot(np.log(A2), Y.T) + np.dot(np.log(1 - A2), (1 - Y).T)) / Y.shape[1]
""",
        "compute_cost",
        "failed",
        "",
        "take the number out with .item()",
    ),
    "the same, squeezed": (
        """
def compute_cost(A2, Y, parameters):
    return float(np.squeeze(-(np.dot(np.log(A2), Y.T) + np.dot(np.log(1 - A2), (1 - Y).T)) / Y.shape[1]))
""",
        "compute_cost",
        "unstable",
        "",
        "",
    ),
    "the cost of classes": (
        """
def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)

def cross_entropy(A, Y):
    return -np.sum(Y * np.log(A)) / Y.shape[1]
""",
        "cross_entropy",
        "unstable",
        "the cost after softmax",
        "",
    ),
    "a number at a time": (
        "import math\ndef sigmoid(z):\n    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0\n",
        "sigmoid",
        "passed",
        "one number at a time",
        "",
    ),
    "a number at a time that overflows": (
        "import math\ndef sigmoid(z):\n    return 1 / (1 + math.exp(-z))\n",
        "sigmoid",
        "unstable",
        "one number at a time",
        "OverflowError",
    ),
    "a slope of A": (
        "def sigmoid_derivative(a):\n    return a * (1 - a)\n",
        "sigmoid_derivative",
        "passed",
        "takes A",
        "",
    ),
    "a slope of Z": (
        SIGMOID + "def sigmoid_prime(z):\n    return sigmoid(z) * (1 - sigmoid(z))\n",
        "sigmoid_prime",
        "passed",
        "",
        "",
    ),
    "a slope that is none": (
        SIGMOID + "def sigmoid_prime(z):\n    return sigmoid(z) * (1 + sigmoid(z))\n",
        "sigmoid_prime",
        "failed",
        "",
        "",
    ),
    "relu that is 0 at 0": ("def relu_derivative(z):\n    return (z > 0) * 1.0\n", "relu_derivative", "passed", "", ""),
    "whole numbers": (
        "def relu_derivative(z):\n    return (z >= 0).astype(int)\n",
        "relu_derivative",
        "passed",
        "",
        "",
    ),
    "a leak of one's own": (
        "def leaky_relu(z, alpha=0.1):\n    return np.where(z > 0, z, alpha * z)\n",
        "leaky_relu",
        "passed",
        "",
        "",
    ),
    "a leak that must be given": (
        "def leaky_relu(z, alpha):\n    return np.where(z > 0, z, alpha * z)\n",
        "leaky_relu",
        "passed",
        "",
        "",
    ),
    "softmax of rows": (
        "def softmax(x):\n    e = np.exp(x - x.max(axis=1, keepdims=True))\n    return e / e.sum(1, keepdims=True)\n",
        "softmax",
        "passed",
        "examples in rows",
        "",
    ),
    "softmax of one example": (
        "def softmax(x):\n    return np.exp(x) / np.exp(x).sum()\n",
        "softmax",
        "unstable",
        "one example at a time",
        "",
    ),
    "softmax of one example, where there are many": (
        """
def softmax(x):
    return np.exp(x) / np.exp(x).sum()

def layer_forward(W, b, A_prev, activation):
    if activation != "softmax":
        raise ValueError(activation)
    Z = W @ A_prev + b
    return Z, softmax(Z)
""",
        "softmax",
        "failed",
        "",
        "",
    ),
    "softmax that overflows": (
        "def softmax(x):\n    return np.exp(x) / np.exp(x).sum(axis=0)\n",
        "softmax",
        "unstable",
        "",
        "not where |z| is large",
    ),
    "tanh by hand": (
        "def tanh(z):\n    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))\n",
        "tanh",
        "unstable",
        "",
        "",
    ),
    "names as strings": (
        """
def activate(Z, activation):
    if activation == "relu":
        return np.maximum(Z, 0)
    elif activation == "tanh":
        return np.tanh(Z)
    raise ValueError(f"unknown activation {activation}")
""",
        "activate",
        "passed",
        "",
        "",
    ),
    "names in a dict": (
        """
G = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}

def activate(Z, activation):
    return G[activation.lower()](Z)
""",
        "activate",
        "passed",
        "",
        "",
    ),
    "numbers in a dict": (
        """
from loopwise.interface import RELU, TANH
G = {RELU: lambda z: np.maximum(z, 0), TANH: np.tanh}

def activate(Z, activation):
    return G[activation](Z)
""",
        "activate",
        "passed",
        "",
        "",
    ),
    "anything else is tanh": (
        "def activate(Z, activation):\n    return np.maximum(Z, 0) if activation == 'relu' else np.tanh(Z)\n",
        "activate",
        "passed",
        "",
        "",
    ),
    "sigmoid is relu": (
        """
def activate(Z, activation):
    if activation == "relu":
        return np.maximum(Z, 0)
    if activation == "sigmoid":
        return np.maximum(Z, 0)
    raise ValueError(activation)
""",
        "activate",
        "failed",
        "",
        "right for relu",
    ),
    "one branch has a bug that raises": (
        """
def activate(Z, activation):
    if activation == "relu":
        return np.maximum(Z, 0)
    if activation == "tanh":
        return np.tanh(Z) + np.zeros(3)
    raise ValueError(activation)
""",
        "activate",
        "failed",
        "",
        "ValueError: operands could not be broadcast together",
    ),
    "other names of parameters": ("def dot(a, b):\n    return (a * b).sum()\n", "dot", "passed", "", ""),
    "an optional parameter": (
        "def matmul(A, B, verbose=False):\n    return A @ B\n",
        "matmul",
        "passed",
        "",
        "",
    ),
    "lists": (
        """
def matmul(A, B):
    return [[sum(A[i][k] * B[k][j] for k in range(len(B))) for j in range(len(B[0]))] for i in range(len(A))]
""",
        "matmul",
        "passed",
        "",
        "",
    ),
    "an import inside": (
        "def dot(w, x):\n    import math\n    return math.fsum(a * b for a, b in zip(w, x))\n",
        "dot",
        "passed",
        "",
        "",
    ),
    "an update of arrays": ("def sgd(w, dw, lr=0.1):\n    return w - lr * dw\n", "sgd", "passed", "", ""),
    "adam of arrays": (
        """
def adam_update(w, dw, v, s, t, lr, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * dw
    s = beta2 * s + (1 - beta2) * dw**2
    return w - lr * (v / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + eps), v, s
""",
        "adam_update",
        "passed",
        "",
        "",
    ),
    "an update in place": (
        """
def update_parameters(parameters, grads, learning_rate=1.2):
    for l in range(1, len(parameters) // 2 + 1):
        parameters["W%d" % l] -= learning_rate * grads["dW%d" % l]
        parameters["b%d" % l] -= learning_rate * grads["db%d" % l]
    return parameters
""",
        "update_parameters",
        "passed",
        "",
        "",
    ),
    "rows of another course": (
        """
def affine_forward(x, w, b):
    return x.dot(w) + b, (x, w, b)

def affine_backward(dout, cache):
    x, w, b = cache
    return dout.dot(w.T), x.T.dot(dout), np.sum(dout, axis=0)
""",
        "affine_backward",
        "passed",
        "examples in rows, sums over the examples",
        "",
    ),
    "rows of another course, with a fault": (
        """
def affine_forward(x, w, b):
    return x.dot(w) + b, (x, w, b)

def affine_backward(dout, cache):
    x, w, b = cache
    return dout.dot(w.T), x.T.dot(dout), np.sum(dout, axis=0) / 2
""",
        "affine_backward",
        "failed",
        "",
        "db is half of what it should be",
    ),
    "relu of another course": (
        """
def relu_forward(x):
    return np.maximum(0, x), x

def relu_backward(dout, cache):
    return dout * (cache > 0)
""",
        "relu_backward",
        "passed",
        "",
        "",
    ),
    "softmax's backward is its diagonal": (
        """
def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)

def softmax_backward(dA, cache):
    s = softmax(cache)
    return dA * s * (1 - s)
""",
        "softmax_backward",
        "failed",
        "",
        "",
    ),
    "softmax of a layer that overflows": (
        """
def layer_forward(W, b, A_prev, activation):
    if activation != "softmax":
        raise ValueError(activation)
    Z = W @ A_prev + b
    return Z, np.exp(Z) / np.exp(Z).sum(axis=0)
""",
        "layer_forward",
        "unstable",
        "",
        "not where |z| is large: A is not finite at m = 33, softmax — log(0) or an overflowing exp",
    ),
    "a variance that cancels": (
        """
def batch_norm_forward(Z, gamma, beta, epsilon):
    mean = Z.mean(axis=1, keepdims=True)
    variance = (Z * Z).mean(axis=1, keepdims=True) - mean * mean
    Z_hat = (Z - mean) / np.sqrt(variance + epsilon)
    return gamma * Z_hat + beta, Z_hat, mean, variance
""",
        "batch_norm_forward",
        "unstable",
        "",
        "right on ordinary data",
    ),
    "compiled loops": (
        """
from numba import njit

@njit
def matvec(A, v):
    u = np.zeros(A.shape[0])
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            u[i] += A[i, j] * v[j]
    return u
""",
        "matvec",
        "passed",
        "",
        "",
    ),
    "compiled, by number": (
        """
from numba import njit

@njit
def activate(Z, activation):
    if activation == 5:
        return np.maximum(Z, 0.0)
    elif activation == 4:
        return np.tanh(Z)
    raise ValueError("unknown activation")
""",
        "activate",
        "passed",
        "",
        "",
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_what_people_write_is_judged_right(tmp_path, kind):
    text, name, verdict, convention, words = CASES[kind]
    found = judged(tmp_path, NUMPY + text, {name})[name]
    assert (found.verdict, words in found.message) == (verdict, True), found
    assert convention in found.convention
    assert found.verdict == "failed" or bool(convention) == bool(found.convention)


# === whole networks ===================================================================================

PLANAR = """
def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def forward_propagation(X, parameters):
    W1, b1, W2, b2 = (parameters[key] for key in ("W1", "b1", "W2", "b2"))
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = sigmoid(Z2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

def compute_cost(A2, Y):
    logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
    return float(np.squeeze(-np.sum(logprobs) / Y.shape[1]))

def backward_propagation(parameters, cache, X, Y):
    m, W2, A1, A2 = X.shape[1], parameters["W2"], cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))
    return {
        "dW1": np.dot(dZ1, X.T) / m,
        "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
        "dW2": np.dot(dZ2, A1.T) / m,
        "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
    }
"""
ROWS = """
def forward(X, params):
    h = np.maximum(X @ params["W1"] + params["b1"], 0)
    z = h @ params["W2"] + params["b2"]
    return 1 / (1 + np.exp(-z)), (X, h)

def backward(params, caches, AL, y):
    X, h = caches
    dz = (AL - y) / len(X)
    dh = dz @ params["W2"].T * (h > 0)
    return {"W1": X.T @ dh, "b1": dh.sum(axis=0), "W2": h.T @ dz, "b2": dz.sum(axis=0)}
"""
STEP = """
import loopwise
from loopwise.learning.parameters import views

def network_step(architecture, theta, X, Y):
    W, b, _ = views(theta, architecture)
    A, m = {0: X}, X.shape[1]
    for l in W:
        A[l] = np.tanh(W[l] @ A[l - 1] + b[l]) if l < architecture.L else 1 / (1 + np.exp(-(W[l] @ A[l - 1] + b[l])))
    J, dZ, gradient = -np.mean(Y * np.log(A[l]) + (1 - Y) * np.log(1 - A[l])), A[l] - Y, []
    for l in reversed(W):
        gradient = [(dZ @ A[l - 1].T / m).ravel(), dZ.mean(axis=1), *gradient]
        dZ = W[l].T @ dZ * (1 - A[l - 1] ** 2)
    return J, np.concatenate(gradient)
"""
NETWORKS = {
    "two layers with tanh": (PLANAR, "backward_propagation", "passed", ""),
    "two layers with tanh, forward": (PLANAR, "forward_propagation", "passed", ""),
    "tanh's slope is forgotten": (
        PLANAR.replace(" * (1 - np.power(A1, 2))", ""),
        "backward_propagation",
        "failed",
        "look at what goes back through hidden layer 1; wrong, too: db[1]; right: dW[2], db[2]",
    ),
    "dW2 is forgotten": (
        PLANAR.replace('"dW2": np.dot(dZ2, A1.T) / m,', ""),
        "backward_propagation",
        "failed",
        "grads has no 'dW2'; it has 'dW1', 'db1', 'db2'",
    ),
    "rows": (ROWS, "backward", "passed", ""),
    "rows, without 1/m": (ROWS.replace(" / len(X)", ""), "backward", "passed", ""),  # there is no cost
    "rows, another slope": (ROWS.replace("(h > 0)", "(h > 1)"), "backward", "failed", "dW[1]"),
    "a step of a whole network": (STEP, "network_step", "unstable", ""),
    "a step that forgets a layer's slope": (
        STEP.replace(" * (1 - A[l - 1] ** 2)", ""),
        "network_step",
        "failed",
        "look at what goes back through hidden layer 1",
    ),
}


@pytest.mark.parametrize("kind", NETWORKS)
def test_whole_networks_are_judged_right(tmp_path, kind):
    text, name, verdict, words = NETWORKS[kind]
    found = judged(tmp_path, NUMPY + text, {name})[name]
    assert (found.verdict, words in found.message) == (verdict, True), found
