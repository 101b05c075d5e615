"""Passes of a network: what they have is found out, and each part of the gradient is told."""

import numpy as np
import pytest
from helpers.course_code import COURSE, judged

from loopwise.implementations.from_file import load_module
from loopwise.own_code.dicts import Watched
from loopwise.own_code.recognition import recognise
from loopwise.own_code.ways import LECTURE
from loopwise.own_code.whole_network import flat_gradient
from loopwise.own_code.works import network

THREE = """
import numpy as np

def relu(z):
    return np.maximum(z, 0)

def forward_propagation(X, parameters):
    A1 = relu(parameters["W1"] @ X + parameters["b1"])
    A2 = relu(parameters["W2"] @ A1 + parameters["b2"])
    A3 = 1 / (1 + np.exp(-(parameters["W3"] @ A2 + parameters["b3"])))
    return A3, (A1, A2, A3, parameters["W2"], parameters["W3"])

def backward_propagation(X, Y, cache):
    m, (A1, A2, A3, W2, W3) = X.shape[1], cache
    dZ3 = A3 - Y
    dZ2 = W3.T @ dZ3 * (A2 > 0)
    dZ1 = W2.T @ dZ2 * (A1 > 0)
    grads = {}
    for l, dZ, A in ((3, dZ3, A2), (2, dZ2, A1), (1, dZ1, X)):
        grads[f"dW{l}"], grads[f"db{l}"] = dZ @ A.T / m, dZ.sum(axis=1, keepdims=True) / m
    return grads
"""


def passes(folder, text):
    """The forward and the backward pass of a file, settled."""
    path = folder / "mine.py"
    path.write_text(text)
    found = [one for one in recognise(load_module(path)).found if one.operation == "network_step"]
    for one in found:
        one.settle()
    return found


@pytest.mark.parametrize(("text", "layers"), [(COURSE, (1, 2, 3)), (THREE, (3,))])
def test_how_many_layers_it_has_is_found_out(tmp_path, text, layers):
    for one in passes(tmp_path, text):
        assert (one.hidden, one.output, one.layers) == ("relu", (("sigmoid", "cross_entropy"), 1), layers)


def test_a_fixed_number_of_layers_is_judged_by_the_parameter(tmp_path):
    name = "backward_propagation"
    assert judged(tmp_path, THREE, {name})[name].verdict == "passed"
    for fault, words in {
        "W3.T @ dZ3 * (A2 > 0)": "look at what goes back through hidden layer 2",
        "W2.T @ dZ2 * (A1 > 0)": "look at what goes back through hidden layer 1",
    }.items():
        said = judged(tmp_path, THREE.replace(fault, fault[:-11]), {name})[name]
        assert said.verdict == "failed"
        assert words in said.message
    said = judged(tmp_path, THREE.replace("dZ3 = A3 - Y", "dZ3 = Y - A3"), {name})[name]
    assert "dW[3] has the wrong sign" in said.message


def test_a_wrong_forward_pass_is_not_blamed_on_the_way_back(tmp_path):
    said = judged(tmp_path, THREE.replace('W2"] @ A1 +', 'W2"] @ A1 -'), {"backward_propagation"})
    assert "the forward pass is wrong already" in said["backward_propagation"].message


def test_what_is_watched():
    watched = Watched({"W1": 1})
    assert (watched["W1"], watched.get("W2"), watched.asked, watched.counted) == (1, None, {"W1", "W2"}, False)
    assert len(watched) == 1
    assert watched.counted


def test_the_gradient_as_a_vector_is_laid_out_like_theta():
    architecture = network(2, "relu", ("sigmoid", "cross_entropy")).inputs["architecture"]
    parts = {f"d{symbol}{l}": k + np.zeros(shape) for k, (symbol, l, shape) in enumerate(architecture.parts())}
    gradient = flat_gradient(parts, architecture, LECTURE, 1)
    assert np.array_equal(gradient, np.sort(gradient))
    assert len(gradient) == architecture.parameter_count


def test_three_layers_in_another_orientation(tmp_path):
    text = THREE.replace('parameters["W1"] @ X + parameters["b1"]', 'X @ parameters["W1"] + parameters["b1"]')
    text = text.replace('parameters["W2"] @ A1', 'A1 @ parameters["W2"]').replace(
        'parameters["W3"] @ A2', 'A2 @ parameters["W3"]'
    )
    (forward, _) = passes(tmp_path, text)
    assert (forward.settled, forward.convention, forward.layers) == (True, "examples in rows", (3,))
