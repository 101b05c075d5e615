"""What a fresh look has found: wrong functions that went through, and right ones that did not."""

import pytest
from helpers.course_code import COURSE, judged

NUMPY = "import numpy as np\n"
ACTIVATE = """
def activate(Z, activation):
    if activation == "relu":
        A = np.maximum(Z, 0)
    elif activation == "tanh":
        {}
    elif activation == "sigmoid":
        A = np.where(Z > 0, 1 / (1 + np.exp(-np.abs(Z))), 1 - 1 / (1 + np.exp(-np.abs(Z))))
    else:
        raise ValueError(activation)
    return A
"""
UPDATE = """
def update_parameters(parameters, grads, learning_rate):
    for l in range(1, len(parameters) // 2 + 1):
        parameters[f"W{l}"] = parameters[f"W{l}"] - learning_rate * grads[f"dW{l}"]
        parameters[f"b{l}"] = parameters[f"b{l}"] - learning_rate * grads[f"db{l}"]
    return parameters
"""
PLANAR = """
def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = 1 / (1 + np.exp(-(parameters["W2"] @ A1 + parameters["b2"])))
    assert A2.shape == (1, X.shape[1])
    return A2, {"A1": A1, "A2": A2}

def compute_cost(A2, Y):
    m = Y.shape[1]
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m

def backward_propagation(parameters, cache, X, Y):
    m, A1, A2 = X.shape[1], cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dZ1 = parameters["W2"].T @ dZ2 * (1 - A1**2)
    grads = {"dW1": dZ1 @ X.T / m, "db1": dZ1.sum(axis=1, keepdims=True) / m}
    return grads | {"dW2": dZ2 @ A1.T / m, "db2": dZ2.sum(axis=1, keepdims=True) / m}
"""
SOFTMAX = """
def softmax(x):
    e = np.exp(x - x.max(axis={0}, keepdims=True))
    return e / e.sum(axis={0}, keepdims=True)
"""

WRONG = {
    "a template that is not filled in": ("def sigmoid(z):\n    s = None\n    return s\n", "sigmoid"),
    "the caches of the other end": (
        COURSE.replace("current_cache = caches[l]", "current_cache = caches[L - 2 - l]"),
        "L_model_backward",
    ),
    "a branch that sets another name": (ACTIVATE.format("a = np.tanh(Z)"), "activate"),
    "a branch that returns nothing": (ACTIVATE.format("return None"), "activate"),
    "a branch that looks up a name that is not there": (ACTIVATE.format("A = {}['tahn'](Z)"), "activate"),
    "a branch in which NumPy raises": (ACTIVATE.format("A = np.stack([Z, Z[:1]])"), "activate"),
    "a branch whose assertion fails": (ACTIVATE.format("A = np.tanh(Z); assert A.shape == (3,)"), "activate"),
    "a dict with the wrong function": (
        """
def relu(z):
    return np.maximum(z, 0)

G = {"relu": relu, "sigmoid": relu, "tanh": np.tanh}

def activate(Z, activation):
    return G[str(activation)](Z)
""",
        "activate",
    ),
    "a beta of its own": (
        "def momentum(theta, gradient, velocity, alpha, beta):\n"
        "    v = 0.9 * velocity + 0.1 * gradient\n    return theta - alpha * v, v\n",
        "momentum",
    ),
    "a step of its own": (
        "def adam(theta, gradient, velocity, square, t, alpha, beta_1, beta_2, epsilon):\n"
        "    v = beta_1 * velocity + (1 - beta_1) * gradient\n    s = beta_2 * square + (1 - beta_2) * gradient**2\n"
        "    v_hat, s_hat = v / (1 - beta_1**3), s / (1 - beta_2**3)\n"
        "    return theta - alpha * v_hat / (np.sqrt(s_hat) + epsilon), v, s\n",
        "adam",
    ),
    "a penalty of its own": ("def l2_cost(W, l2):\n    return 0.1 / 2 * (W * W).sum()\n", "l2_cost"),
    "a share of its own": ("def dropout(A, D, keep_prob):\n    return A * D / 0.8\n", "dropout"),
    "b's mean": (
        UPDATE.replace('learning_rate * grads[f"db{l}"]', 'learning_rate * np.mean(grads[f"db{l}"])'),
        "update_parameters",
    ),
    "two layers at most": (
        UPDATE.replace("len(parameters) // 2 + 1", "min(len(parameters) // 2, 2) + 1"),
        "update_parameters",
    ),
    "transposed": (
        UPDATE.replace("return parameters", "return {k: p.T for k, p in parameters.items()}"),
        "update_parameters",
    ),
    "the largest of all": ("def relu(Z):\n    return np.max([np.zeros_like(Z), Z])\n", "relu"),
    "a mean of all": ("def sigmoid(z):\n    return np.mean(1 / (1 + np.exp(-z)))\n", "sigmoid"),
    "cut off at 6": ("def relu(z):\n    return np.clip(z, 0, 6)\n", "relu"),
    "clipped gradients": (
        "def linear_backward(dZ, cache):\n    A, W, b = cache\n    m = A.shape[1]\n"
        "    return W.T @ dZ, np.clip(dZ @ A.T / m, -5, 5), dZ.sum(axis=1, keepdims=True) / m\n",
        "linear_backward",
    ),
    "z in place of σ(z)": ("def sigmoid_prime(z):\n    return z * (1 - z)\n", "sigmoid_prime"),
    "s is Z": (COURSE.replace("s = 1/(1+np.exp(-Z))", "s = Z"), "sigmoid_backward"),
    "softmax along the other axis": (COURSE + SOFTMAX.format(1), "softmax"),
    "a cost by the number of outputs": (PLANAR.replace("m = Y.shape[1]", "m = Y.shape[0]"), "compute_cost"),
    "a cost that is a sum": (PLANAR.replace("np.log(1 - A2)) / m", "np.log(1 - A2))"), "compute_cost"),
    "half of the cost, and a softmax beside it": (
        PLANAR.replace(" + (1 - Y) * np.log(1 - A2)", "") + SOFTMAX.format(0),
        "compute_cost",
    ),
    "no hidden activation": (PLANAR.replace("np.tanh(parameters", "(parameters"), "forward_propagation"),
    "parameters that change": (
        PLANAR.replace("    assert A2", "    parameters['W1'] *= 0.5\n    assert A2"),
        "forward_propagation",
    ),
    "parameters that change on the way back": (
        PLANAR.replace("    return grads", "    parameters['W1'] -= 0.5\n    return grads"),
        "backward_propagation",
    ),
    "right for more than one example": (
        PLANAR.replace("m, A1, A2 = X.shape[1]", "m, A1, A2 = max(X.shape[1], 2)"),
        "backward_propagation",
    ),
    "a name that no layer has": (
        COURSE.replace(
            'parameters["W" + str(l)], parameters["b" + str(l)]',
            'parameters["W" + str(l)], parameters["b" * min(l, 2) + str(l)]',
        ),
        "L_model_forward",
    ),
    "a column where a vector was given": (
        "def affine_forward(x, w, b):\n    return x @ w + b, (x, w, b)\n\ndef affine_backward(dout, cache):\n"
        "    x, w, b = cache\n    return dout @ w.T, x.T @ dout, dout.sum(axis=0)[:, None]\n",
        "affine_backward",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_fails(tmp_path, kind):
    text, name = WRONG[kind]
    found = judged(tmp_path, NUMPY + text, {name})[name]
    assert found.verdict == "failed", found


RIGHT = {
    "a default that is no parameter of a layer": (
        "def log_loss(y, p, eps=1e-15):\n    p = np.clip(p, eps, 1 - eps)\n"
        "    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))\n",
        "log_loss",
    ),
    "assertions about two layers": (PLANAR, "forward_propagation"),
    "assertions about two layers, back": (PLANAR, "backward_propagation"),
    "a gradient without a cost": (
        "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n\ndef compute_gradient(X, y, w, b):\n"
        "    m = X.shape[0]\n    error = sigmoid(X @ w + b) - y\n    return error.sum() / m, X.T @ error / m\n",
        "compute_gradient",
    ),
    "parameters by name alone": (
        "def linear_forward(A_prev, *, W, b):\n    return W @ A_prev + b, (A_prev, W, b)\n",
        "linear_forward",
    ),
    "a refusal on the same line": (
        "def activate(Z, activation):\n    if activation == 'relu': return np.maximum(Z, 0)\n"
        "    else: raise Exception('not supported')\n",
        "activate",
    ),
    "units that may be dropped": (
        PLANAR.replace(
            "forward_propagation(X, parameters)", "forward_propagation_with_dropout(X, parameters, keep_prob=0.5)"
        ).replace("    A2 = 1 /", "    A1 = A1 * (np.random.rand(*A1.shape) < keep_prob) / keep_prob\n    A2 = 1 /"),
        "forward_propagation_with_dropout",
    ),
    "a dict of all activations": (PLANAR.replace('return A2, {"A1"', 'return {"A1"'), "forward_propagation"),
    "an update that returns nothing": (
        "def sgd(params, grads, lr=0.1):\n    for key in params:\n        params[key] -= lr * grads[key]\n",
        "sgd",
    ),
    "an update of two layers": (
        "def update_parameters(parameters, grads, learning_rate=1.2):\n    new = {}\n"
        "    for key in ('W1', 'b1', 'W2', 'b2'):\n"
        "        new[key] = parameters[key] - learning_rate * grads['d' + key]\n    return new\n",
        "update_parameters",
    ),
    "an update of two layers, in place": (
        "def update_parameters(parameters, grads, learning_rate=1.2):\n"
        "    for key in ('W1', 'b1', 'W2', 'b2'):\n"
        "        parameters[key] = parameters[key] - learning_rate * grads['d' + key]\n    return parameters\n",
        "update_parameters",
    ),
    "a cost of numbers of classes": (
        "def cross_entropy(probs, y):\n    return -np.mean(np.log(probs[np.arange(len(y)), y]))\n",
        "cross_entropy",
    ),
    "a cost of classes, in a file of classes": (
        "def compute_loss(Y, Y_hat):\n    return -np.sum(Y * np.log(Y_hat)) / Y.shape[1]\n",
        "compute_loss",
    ),
    "an activation that looks whether it has a name": (
        "def activate(Z, activation):\n    table = {'relu': lambda z: np.maximum(z, 0)}\n"
        "    if activation in table:\n        return table[activation](Z)\n    return None\n",
        "activate",
    ),
    "an activation that prints what it does not know": (
        "def activate(Z, activation):\n    if activation == 'relu':\n        return np.maximum(Z, 0)\n"
        "    print('unknown')\n",
        "activate",
    ),
    "a cost that looks at its parameters": (
        "def compute_cost(A2, Y, parameters):\n    W1 = parameters['W1']\n    W2 = parameters['W2']\n"
        "    return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))\n",
        "compute_cost",
    ),
    "a list of sums": (
        "def matrix_vector_product(A, v):\n    return [sum(a * b for a, b in zip(row, v)) for row in A]\n",
        "matrix_vector_product",
    ),
}


@pytest.mark.parametrize("kind", RIGHT)
def test_what_is_right_does_not_fail(tmp_path, kind):
    text, name = RIGHT[kind]
    found = judged(tmp_path, NUMPY + text, {name})[name]
    assert found.verdict in ("passed", "unstable"), found


HOMONYMS = {
    "sigma": "def sigma(x):\n    return np.std(x)\n",
    "linear": "def linear(x):\n    return 2 * x + 1\n",
    "step": "def step(x):\n    return x + 1\n",
}


@pytest.mark.parametrize("name", HOMONYMS)
def test_a_name_of_many_things_is_judged_where_it_is_ours(tmp_path, name):
    found = judged(tmp_path, NUMPY + HOMONYMS[name])[name]
    assert (found.verdict, "is in no way activate" in found.message) == ("missing", True)


OTHERS = {
    "linear regression": "def compute_gradient(X, y, w, b):\n    e = X @ w + b - y\n    return e.mean(), X.T @ e\n",
    "theta": "def cost_function(theta, X, y):\n    return 0.0\n",
    "another model": "def calculate_loss(model, X, y):\n    return 0.0\n",
    "a test": "def sigmoid_test(target):\n    print('ok')\n",
    "a slope by hand": "def forward_propagation(x, theta):\n    return theta * x\n",
    "the identity matrix": "def identity(n):\n    return np.eye(n)\n",
    "other arguments": "def softmax_backward(Y, AL):\n    return AL - Y\n",
    "settings in a dict": "def batchnorm_forward(x, gamma, beta, bn_param):\n    return x, bn_param['mode']\n",
    "in batches": "def model(X, Y, layers_dims, learning_rate=1, num_epochs=3, mini_batch_size=4):\n    return {}\n",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_something_else_is_not_judged(tmp_path, kind):
    assert judged(tmp_path, NUMPY + OTHERS[kind]) == {}


def test_a_cost_of_something_else_is_missing_with_a_note_and_bars_nobody(tmp_path):
    text = "def cost(A, Y):\n    return ((A - Y) ** 2).sum()\n"
    found = judged(tmp_path, NUMPY + text)["cost"]
    assert found.verdict == "missing"
    assert found.message == "cost(A, Y) is in no way cost"
    right = "def cost(A, Y):\n    return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))\n"
    assert judged(tmp_path, NUMPY + right)["cost"].verdict == "unstable"


def test_what_needs_a_module_that_is_not_there_is_missing(tmp_path):
    text = "import no_tensors as nt\ndef compute_cost(A, Y):\n    return nt.mean(A - Y)\n"
    found = judged(tmp_path, NUMPY + text)["compute_cost"]
    assert (found.verdict, found.message) == ("missing", "compute_cost needs nt of no_tensors, which is not there")


def test_a_network_that_breaks_is_said_to_be_right_with_fewer_layers(tmp_path):
    text = COURSE.replace("current_cache = caches[l]", "current_cache = caches[L - 2 - l]")
    said = judged(tmp_path, text, {"L_model_backward"})["L_model_backward"].message
    assert said.startswith("3 layers (relu, sigmoid): line ")
    assert said.endswith("right for 1 layer (sigmoid), 2 layers (relu, sigmoid)")


def test_a_template_is_told_that_it_returns_nothing(tmp_path):
    text = "def sigmoid(z):\n    s = None\n    return s\n"
    said = judged(tmp_path, text)["sigmoid"].message
    assert said == "returns nothing; expected A — is the return missing?"
