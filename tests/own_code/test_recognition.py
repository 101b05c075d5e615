"""Which functions of a file are operations: by name and parameters, and only its own."""

import pytest
from helpers.course_code import COURSE

from loopwise.implementations.from_file import load_module
from loopwise.own_code.recognition import recognise


def recognised(folder, text):
    """What is recognised in a file."""
    path = folder / "mine.py"
    path.write_text(text)
    return recognise(load_module(path))


def names(folder, text):
    """(name, operation) of what is recognised."""
    return [(one.name, one.operation) for one in recognised(folder, text).found]


def test_a_courses_assignment(tmp_path):
    assert dict(names(tmp_path, COURSE)) == {
        **dict.fromkeys(("sigmoid", "relu"), "activate"),
        **dict.fromkeys(("sigmoid_backward", "relu_backward"), "activation_backward"),
        **dict.fromkeys(("linear_forward", "linear_activation_forward"), "layer_forward"),
        **dict.fromkeys(("linear_backward", "linear_activation_backward"), "layer_backward"),
        **dict.fromkeys(("L_model_forward", "L_model_backward"), "network_step"),
        "compute_cost": "cost",
        **dict.fromkeys(("optimize", "L_layer_model"), "train_epochs"),
        "propagate": "logistic_step",
        "update_parameters": "descend",
        "update_parameters_with_momentum": "momentum",
        "update_parameters_with_adam": "adam",
    }


@pytest.mark.parametrize(
    ("definition", "operation"),
    [
        ("def my_sigmoid(z): return z", "activate"),
        ("def Sigmoid(z): return z", "activate"),
        ("def sigmoid_np(z): return z", "activate"),
        ("def sigmoid2(z): return z", "activate"),
        ("def reluDerivative(z): return z", "activation_slope"),
        ("def d_tanh(z): return z", "activation_slope"),
        ("def computeCost(AL, Y): return 0", "cost"),
        ("def softmax_func(x): return x", "activate"),
        ("def dot_product_loop(a, b): return 0", "dot"),
        ("sigmoid = lambda z: z", "activate"),
    ],
)
def test_spellings(tmp_path, definition, operation):
    ((_, found),) = names(tmp_path, definition)
    assert found == operation


def test_what_comes_along_with_another_package_is_none_of_the_files(tmp_path):
    text = "from numpy import *\nfrom scipy.special import softmax\ndef relu(z): return maximum(z, 0)\n"
    found = recognised(tmp_path, text)
    assert [one.name for one in found.found] == ["relu"]
    assert found.notes["dot"] == "dot is of numpy, not of this file"
    assert names(tmp_path, "import numpy as np\nmatmul = np.matmul\n") == [("matmul", "matmul")]
    assert names(tmp_path, "from loopwise.implementations.numpy_vectorized import *\n")[0] == ("dot", "dot")


def test_what_stands_in_for_a_missing_module_is_none_of_the_files(tmp_path):
    text = "from no_course import sigmoid\ndef relu(z):\n    return sigmoid(z)\n"
    found = recognised(tmp_path, text)
    assert [one.name for one in found.found] == ["relu"]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("def cost(A): return 0", "cost(A) is not cost(Z, A, Y, loss, activation)"),
        ("dropout = 0.8", "dropout is float, no function"),
        ("class momentum: pass", "momentum is type, no function"),
    ],
)
def test_what_only_has_an_operations_name_is_noted(tmp_path, text, note):
    found = recognised(tmp_path, text)
    assert found.found == []
    assert list(found.notes.values()) == [note]


def test_the_nearest_operation_is_named(tmp_path):
    text = "def sigmoyd(z): return z\ndef tangent(dZ, A_prev): return 0\ndef plot(x): return 0\n"
    found = recognised(tmp_path, text)
    assert found.nearest == {"sigmoyd": "activate by name", "tangent": "layer_gradient by parameters", "plot": ""}
