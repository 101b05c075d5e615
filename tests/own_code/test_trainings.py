"""Whole trainings: a few steps from where we say, held against ours."""

import numpy as np
from helpers.course_code import COURSE, judged

from loopwise.own_code.trainings import starting_at
from loopwise.own_code.whole_network import dict_of
from loopwise.own_code.works import network


def test_a_courses_trainings_are_right(tmp_path):
    said = judged(tmp_path, COURSE, {"optimize", "L_layer_model"})
    assert {one.verdict for one in said.values()} == {"passed"}


def test_a_model_of_two_layers_beside_passes_of_any_number(tmp_path):
    start = "    costs = []\n    parameters = init"
    text = COURSE.replace("def L_layer_model", "def two_layer_model")
    text = text.replace(start, f"    n_x, n_h, n_y = layers_dims\n{start}")
    assert "n_h" in text
    assert judged(tmp_path, text, {"two_layer_model"})["two_layer_model"].verdict == "passed"


def test_the_files_own_initialization_is_put_back():
    names = {"np": np}
    exec(
        "def initialize_parameters(sizes):\n    return 'own'\ndef model():\n    return initialize_parameters(3)\n",
        names,
    )
    with starting_at(names["model"], {"W1": np.ones(2)}):
        first, second = names["model"](), names["model"]()
    assert np.array_equal(first["W1"], np.ones(2))
    assert first["W1"] is not second["W1"]  # an update in place is the model's own affair
    assert names["model"]() == "own"


def test_theta_as_a_dict():
    given = network(2, "relu", ("sigmoid", "cross_entropy")).inputs
    found = dict_of(given["theta"], given["architecture"])
    assert list(found) == ["W1", "b1", "W2", "b2"]
    assert np.array_equal(np.concatenate([part.ravel() for part in found.values()]), given["theta"])


def test_a_model_of_two_layers_has_the_activation_of_its_passes(tmp_path):
    text = """
import numpy as np

def initialize_parameters(n_x, n_h, n_y):
    return None

def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    return 1 / (1 + np.exp(-(parameters["W2"] @ A1 + parameters["b2"]))), A1

def backward_propagation(parameters, cache, X, Y):
    m, A1 = X.shape[1], cache
    A2 = 1 / (1 + np.exp(-(parameters["W2"] @ A1 + parameters["b2"])))
    dZ1 = parameters["W2"].T @ (A2 - Y) * (1 - A1**2)
    return {
        "dW1": dZ1 @ X.T / m,
        "db1": dZ1.mean(axis=1, keepdims=True),
        "dW2": (A2 - Y) @ A1.T / m,
        "db2": (A2 - Y).mean(axis=1, keepdims=True),
    }

def two_layer_model(X, Y, layers_dims, learning_rate=0.0075, num_iterations=3000):
    parameters = initialize_parameters(*layers_dims)
    for i in range(num_iterations):
        A2, cache = forward_propagation(X, parameters)
        grads = backward_propagation(parameters, cache, X, Y)
        for key in parameters:
            parameters[key] = parameters[key] - learning_rate * grads["d" + key]
    return parameters
"""
    assert judged(tmp_path, text, {"two_layer_model"})["two_layer_model"].verdict == "passed"
    faulty = text.replace("- learning_rate *", "- 2 * learning_rate *")
    assert judged(tmp_path, faulty, {"two_layer_model"})["two_layer_model"].verdict == "failed"
