"""Faults in a course's assignment: each is caught, and the function or the parameter that is wrong is named."""

import pytest
from helpers.course_code import COURSE, judged

RIGHT = ("passed", "unstable")


def test_the_assignment_is_right(tmp_path):
    said = judged(tmp_path, COURSE)
    assert {name: one for name, one in said.items() if one.verdict not in RIGHT} == {}
    unstable = {name for name, one in said.items() if one.verdict == "unstable"}
    assert unstable == {"compute_cost", "propagate", "L_model_backward"}  # each takes a logarithm or a quotient of A


# what is written, what stands there instead, the functions that fail, and words that are said of one of them
FAULTS = {
    "relu passes on what is negative": ("A = np.maximum(0,Z)", "A = np.abs(Z)", {"relu"}, ""),
    "sigmoid of −Z": ("A = 1/(1+np.exp(-Z))", "A = 1/(1+np.exp(Z))", {"sigmoid"}, ""),
    "relu's slope is 1 everywhere": ("dZ[Z <= 0] = 0", "dZ[Z <= -100] = 0", {"relu_backward"}, ""),
    "relu's slope is turned round": ("dZ[Z <= 0] = 0", "dZ[Z > 0] = 0", {"relu_backward"}, ""),
    "relu's dA is not copied, and changed": (
        "dZ = np.array(dA, copy=True)",
        "dZ = dA",
        {"relu_backward"},
        "dA is changed in place",
    ),
    "sigmoid's slope lacks (1 − s)": ("dZ = dA * s * (1-s)", "dZ = dA * s", {"sigmoid_backward"}, ""),
    "sigmoid's slope is s²": ("dZ = dA * s * (1-s)", "dZ = dA * s * s", {"sigmoid_backward"}, ""),
    "no bias": ("Z = np.dot(W, A) + b", "Z = np.dot(W, A)", {"linear_forward"}, ""),
    "the bias is taken away": ("Z = np.dot(W, A) + b", "Z = np.dot(W, A) - b", {"linear_forward"}, ""),
    "the bias is added twice": ("Z = np.dot(W, A) + b", "Z = np.dot(W, A) + 2 * b", {"linear_forward"}, ""),
    "the cache holds Z for W": ("cache = (A, W, b)", "cache = (A, W + 1e-3, b)", {"linear_backward"}, "dA_prev"),
    "the cache's A is another": ("cache = (A, W, b)", "cache = (2 * A, W, b)", {"linear_backward"}, "dW is twice"),
    "relu where sigmoid is asked for": (
        """A, activation_cache = sigmoid(Z)""",
        """A, activation_cache = relu(Z)""",
        {"linear_activation_forward"},
        "",
    ),
    "the last layer has relu": (
        'A, W, b, activation="sigmoid")',
        'A, W, b, activation="relu")',
        {"L_model_forward"},
        "",
    ),
    "the hidden layers are linear": (
        "A, activation_cache = relu(Z)",
        "A, activation_cache = Z, Z",
        {"linear_activation_forward"},
        "",
    ),
    "one hidden layer is left out": (
        "for l in range(1, L):\n        A_prev = A\n",
        "for l in range(1, L - 1):\n        A_prev = A\n",
        {"L_model_forward"},
        "",
    ),
    "every layer is given X": ("A_prev = A\n", "A_prev = X\n", {"L_model_forward"}, ""),
    "every layer has W1": (
        'W, b = parameters["W" + str(l)], parameters["b" + str(l)]',
        'W, b = parameters["W1"], parameters["b1"]',
        {"L_model_forward"},
        "",
    ),
    "the hidden biases are b1": (
        'W, b = parameters["W" + str(l)], parameters["b" + str(l)]',
        'W, b = parameters["W" + str(l)], parameters["b1"][:1]',
        {"L_model_forward"},
        "",
    ),
    "the cost has no minus": (
        "cost = -1/m * np.sum(Y*np.log(AL)",
        "cost = 1/m * np.sum(Y*np.log(AL)",
        {"compute_cost"},
        "wrong sign",
    ),
    "the cost lacks 1 − Y": (
        "(1-Y)*np.log(1-AL))\n    cost = np.squeeze(cost)",
        "0*np.log(1-AL))\n    cost = np.squeeze(cost)",
        {"compute_cost"},
        "",
    ),
    "the cost is divided by n_y": ("m = Y.shape[1]\n    cost", "m = Y.shape[0]\n    cost", {"compute_cost"}, ""),
    "an epsilon in the cost's log": ("np.sum(Y*np.log(AL)", "np.sum(Y*np.log(AL + 1e-8)", {"compute_cost"}, "J is"),
    "dW lacks 1/m": (
        "dW = np.dot(dZ, A_prev.T)/m",
        "dW = np.dot(dZ, A_prev.T)",
        {"linear_backward"},
        "dW is m times too large",
    ),
    "db lacks 1/m": (
        "db = np.sum(dZ, axis=1, keepdims=True)/m",
        "db = np.sum(dZ, axis=1, keepdims=True)",
        {"linear_backward"},
        "db is m times too large",
    ),
    "both lack 1/m": (
        "dW = np.dot(dZ, A_prev.T)/m\n    db = np.sum(dZ, axis=1, keepdims=True)/m",
        "dW = np.dot(dZ, A_prev.T)\n    db = np.sum(dZ, axis=1, keepdims=True)",
        {"linear_backward", "L_model_backward"},
        "m times too large",
    ),
    "db is summed over units": (
        "db = np.sum(dZ, axis=1, keepdims=True)/m",
        "db = np.sum(dZ, keepdims=True)/m * np.ones(b.shape)",
        {"linear_backward"},
        "db",
    ),
    "db loses a dimension": (
        "db = np.sum(dZ, axis=1, keepdims=True)/m",
        "db = np.sum(dZ, axis=1)/m",
        {"linear_backward"},
        "keepdims",
    ),
    "dA_prev by W, not its transpose": (
        "dA_prev = np.dot(W.T, dZ)",
        "dA_prev = np.dot(W.T, dZ) * 0.5",
        {"linear_backward"},
        "half",
    ),
    "the slopes change places": (
        'if activation == "relu":\n        dZ = relu_backward',
        'if activation == "sigmoid":\n        dZ = relu_backward',
        {"linear_activation_backward"},
        "",
    ),
    "dAL has the wrong sign": ("dAL = - (np.divide", "dAL = (np.divide", {"L_model_backward"}, "dW"),
    "dAL lacks 1 − Y": ("- np.divide(1 - Y, 1 - AL))", "- 0 * np.divide(1 - Y, 1 - AL))", {"L_model_backward"}, ""),
    "dAL is A − Y": ("dAL = - (np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))", "dAL = AL - Y", {"L_model_backward"}, ""),
    "the hidden layers go back as sigmoid": (
        'current_cache, "relu"\n',
        'current_cache, "sigmoid"\n',
        {"L_model_backward"},
        "look at what goes back through hidden layer",
    ),
    "the hidden layers are given dAL's sign": (
        'grads["dA" + str(l + 1)], current_cache',
        '-grads["dA" + str(l + 1)], current_cache',
        {"L_model_backward"},
        "dW[1]",
    ),
    "the hidden caches are the first": (
        "current_cache = caches[l]",
        "current_cache = caches[0]",
        {"L_model_backward"},
        "",
    ),
    "the last cache is another": (
        "current_cache = caches[L-1]",
        "current_cache = caches[L-2]",
        {"L_model_backward"},
        "",
    ),
    "hidden dW is that of the layer above": (
        'grads["dW" + str(l + 1)] = dW_temp',
        'grads["dW" + str(l + 1)] = dW_temp * (1 + l)',
        {"L_model_backward"},
        "dW[2]",
    ),
    "hidden db is forgotten": (
        'grads["db" + str(l + 1)] = db_temp',
        'grads["db" + str(l + 1)] = 0 * db_temp',
        {"L_model_backward"},
        "db[1]",
    ),
    "the update goes uphill": (
        'parameters["W" + str(l+1)] - learning_rate * grads',
        'parameters["W" + str(l+1)] + learning_rate * grads',
        {"update_parameters"},
        "W1",
    ),
    "the biases are not updated": (
        'parameters["b" + str(l+1)] - learning_rate * grads',
        'parameters["b" + str(l+1)] - 0 * grads',
        {"update_parameters"},
        "b1",
    ),
    "the last layer is not updated": (
        "L = len(parameters) // 2\n    for l in range(L):\n        parameters",
        "L = len(parameters) // 2\n    for l in range(L - 1):\n        parameters",
        {"update_parameters"},
        "W2",
    ),
    "momentum forgets (1 − beta)": (
        'v["dW" + str(l+1)] + (1 - beta) * grads',
        'v["dW" + str(l+1)] + grads',
        {"update_parameters_with_momentum"},
        "dW1",
    ),
    "momentum steps along the gradient": (
        '- learning_rate * v["dW" + str(l+1)]',
        '- learning_rate * grads["dW" + str(l+1)]',
        {"update_parameters_with_momentum"},
        "W1",
    ),
    "adam corrects with beta2 twice": (
        "/ (1 - np.power(beta1, t))",
        "/ (1 - np.power(beta2, t))",
        {"update_parameters_with_adam"},
        "W1",
    ),
    "adam's step is not corrected": (
        "s_corrected[key] = s[key] / (1 - np.power(beta2, t))",
        "s_corrected[key] = s[key]",
        {"update_parameters_with_adam"},
        "W1",
    ),
    "adam's epsilon is under the root": (
        "(np.sqrt(s_corrected[key]) + epsilon)",
        "np.sqrt(s_corrected[key] + epsilon)",
        {"update_parameters_with_adam"},
        "epsilon is under the root",
    ),
    "dw lacks 1/m": ("dw = np.dot(X, (A-Y).T)/m", "dw = np.dot(X, (A-Y).T)", {"propagate"}, "dw is m times too large"),
    "db is the sum of A": ("db = np.sum(A-Y)/m", "db = np.sum(A)/m", {"propagate"}, "db"),
    "the cost takes log2": ("(1-Y)*np.log(1-A))", "(1-Y)*np.log2(1-A))", {"propagate"}, "J is"),
    "optimize goes uphill": ("w = w - learning_rate * dw", "w = w + learning_rate * dw", {"optimize"}, "w["),
    "optimize never updates b": ("b = b - learning_rate * db", "b = b - 0 * db", {"optimize"}, "wrong, too: b"),
    "optimize computes one gradient": (
        "    for i in range(num_iterations):\n        grads, cost = propagate(w, b, X, Y)",
        "    grads, cost = propagate(w, b, X, Y)\n    for i in range(num_iterations):\n        pass",
        {"optimize"},
        "w[",
    ),
    "the model updates before it looks": (
        "        AL, caches = L_model_forward(X, parameters)\n        cost = compute_cost(AL, Y)\n        grads",
        "        AL, caches = L_model_forward(X, parameters)\n        cost = compute_cost(AL, Y)\n"
        "        if i:\n            parameters = update_parameters(parameters, grads, learning_rate)\n        grads",
        {"L_layer_model"},
        "W1",
    ),
    "the model looks at its first prediction": (
        "    for i in range(0, num_iterations):\n        AL, caches = L_model_forward(X, parameters)",
        "    AL, caches = L_model_forward(X, parameters)\n    for i in range(0, num_iterations):\n        pass",
        {"L_layer_model"},
        "W1",
    ),
    "the model goes a step too far": (
        "in range(0, num_iterations)",
        "in range(0, num_iterations + 1)",
        {"L_layer_model"},
        "W1",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught_and_named(tmp_path, fault):
    before, after, functions, words = FAULTS[fault]
    assert before in COURSE
    said = judged(tmp_path, COURSE.replace(before, after), functions)
    assert {name: one.verdict for name, one in said.items()} == dict.fromkeys(functions, "failed")
    assert any(words in said[name].message for name in functions), [said[name].message for name in functions]


def test_there_are_more_than_forty():
    assert len(FAULTS) > 40
