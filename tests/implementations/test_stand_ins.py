"""Where a course's file of helpers is missing, ours stand in for the simple ones, and it is said."""

import json

import numpy as np
import pytest

from loopwise.implementations.from_file import load_module

USED = """
from dnn_utils import sigmoid, relu, relu_backward, load_data

def forward(Z):
    {}
    return A, sigmoid(Z), relu_backward(Z, Z)
"""


@pytest.mark.parametrize(("taken", "cache"), [("A, cache = relu(Z)", True), ("A = relu(Z)", False)])
def test_they_return_what_the_file_takes(tmp_path, taken, cache):
    path = tmp_path / "mine.py"
    path.write_text(USED.format(taken))
    module, Z = load_module(path), np.array([[-1.0, 2.0]])
    A, probability, dZ = module.forward(Z)
    assert np.array_equal(A, [[0.0, 2.0]])
    assert np.array_equal(dZ, [[0.0, 2.0]])
    assert np.array_equal(probability, module.sigmoid(Z))
    assert isinstance(module.relu(Z), tuple) == cache
    assert not hasattr(module, "load_data")
    assert module.__left_out__[0].endswith("ours stand in for relu, relu_backward, sigmoid)")


def test_all_that_is_needed_of_everything(tmp_path):
    text = "from dnn_utils import *\ndef forward(Z):\n    A, _ = sigmoid(Z)\n    return A\n"
    text += "def relu(Z):\n    return 'own'\n"
    path = tmp_path / "homework.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": text}]}))
    module = load_module(path)
    assert module.forward(np.zeros((1, 1))) == 0.5
    assert module.relu(1) == "own"
    assert not hasattr(module, "tanh")
