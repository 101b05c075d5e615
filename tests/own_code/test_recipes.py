"""The recipes of docs/own-code.md: eight lines, and they judge right."""

import re
from pathlib import Path

import pytest
from helpers.course_code import COURSE, judged

from loopwise.implementations.from_file import load_module
from loopwise.own_code.recipe import RECIPE
from loopwise.own_code.recognition import recognise

DOCS = (Path(__file__).parents[2] / "docs/own-code.md").read_text()
DICT, CLASS = re.findall(r"```python\n(from loopwise.learning.parameters.*?)```", DOCS, re.DOTALL)
NETWORK = """
import numpy as np

class Network:
    def __init__(self, sizes):
        self.weights = [np.zeros((n, p)) for p, n in zip(sizes, sizes[1:])]
        self.biases = [np.zeros((n, 1)) for n in sizes[1:]]

    def forward(self, X):
        self.A = [X]
        for W, b in zip(self.weights, self.biases):
            self.A.append(1 / (1 + np.exp(-(W @ self.A[-1] + b))))
        return self.A[-1]

    def learn(self, Y, alpha):
        m, dZ = Y.shape[1], self.A[-1] - Y
        for l in reversed(range(len(self.weights))):
            dW, db = dZ @ self.A[l].T / m, dZ.mean(axis=1, keepdims=True)
            dZ = (self.weights[l].T @ dZ) * self.A[l] * (1 - self.A[l])
            self.weights[l] -= alpha * dW
            self.biases[l] -= alpha * db
"""
# The class updates W before the error has gone back through it.
FAULTY = NETWORK.replace(
    """            dZ = (self.weights[l].T @ dZ) * self.A[l] * (1 - self.A[l])
            self.weights[l] -= alpha * dW
""",
    """            self.weights[l] -= alpha * dW
            dZ = (self.weights[l].T @ dZ) * self.A[l] * (1 - self.A[l])
""",
)
MINE = COURSE.replace("def L_model_forward", "def my_forward").replace("def L_model_backward", "def my_backward")
MINE = MINE.replace("def compute_cost", "def my_cost").replace("def propagate", "def other")


def test_the_command_prints_what_the_page_has():
    assert CLASS == RECIPE


@pytest.mark.parametrize("recipe", [DICT, CLASS])
def test_a_recipe_has_eight_lines_at_most(recipe):
    assert len([line for line in recipe.splitlines() if line and not line.startswith("from")]) <= 8


@pytest.mark.parametrize(("text", "recipe"), [(MINE, DICT), (NETWORK, CLASS)])
def test_a_recipe_says_of_a_right_network_that_it_is_right(tmp_path, text, recipe):
    said = judged(tmp_path, text + "\n\n" + recipe, {"network_step"})["network_step"]
    assert said.verdict == "unstable"  # the logarithm of A
    offered = {"relu", "sigmoid"} - set(said.not_offered)
    assert offered == ({"relu"} if recipe == DICT else {"sigmoid"})


def test_what_is_updated_before_the_error_has_gone_back_is_found(tmp_path):
    assert FAULTY != NETWORK
    said = judged(tmp_path, FAULTY + "\n\n" + CLASS, {"network_step"})["network_step"]
    assert said.verdict == "failed"
    assert "dW[1]" in said.message
    assert "2 layers" in said.message
    assert "right: J, dW[2], db[2]" in said.message
    assert "look at what goes back through hidden layer 1" in said.message


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(\w+)\((?!…)", DOCS.partition("## What is said")[0]))))
def test_every_name_in_the_table_is_recognised(tmp_path, name):
    signature = next(
        call for call in re.findall(r"`(\w+\([^`]*\))`", DOCS) if call.startswith(name) and "…" not in call
    )
    (tmp_path / "mine.py").write_text(f"def {signature}:\n    return exp\n")
    found = recognise(load_module(tmp_path / "mine.py"))
    alone = {"L_model_backward", "backward_propagation", "L_layer_model"}  # they need what is beside them
    assert [one.name for one in found.found] == ([] if name in alone else [name])
