"""A way that is right taken alone is accepted where the rest of the file does not speak against it."""

import pytest

from loopwise.implementations.from_file import load_module
from loopwise.own_code.recognition import recognise

COST = "def compute_cost(A, Y):\n    return -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / {}\n"
COLUMNS = (
    "def linear_backward(dZ, cache):\n    A, W, b = cache\n    m = A.shape[1]\n"
    "    return W.T @ dZ, dZ @ A.T / m, dZ.sum(axis=1, keepdims=True) / m\n"
)
ROWS = (
    "def affine_backward(dout, cache):\n    x, w, b = cache\n"
    "    return dout @ w.T, x.T @ dout{0}, dout.sum(axis=0){0}\n"
)
SOFTMAX = "def softmax(x):\n    e = np.exp(x)\n    return e / e.sum(axis=1, keepdims=True)\n"


def settled(folder, text, name):
    """Whether a function is right in some way, and in which."""
    path = folder / "mine.py"
    path.write_text("import numpy as np\n" + text)
    (one,) = [found for found in recognise(load_module(path)).found if found.name == name]
    return one.settle(), one.convention


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        (COST.format("Y.shape[1]"), "compute_cost", (True, "")),
        (COST.format("Y.shape[0]"), "compute_cost", (True, "examples in rows")),
        (COST.format("1"), "compute_cost", (True, "sums over the examples")),
        (COST.format("Y.shape[0]") + COLUMNS, "compute_cost", (False, "")),
        (COST.format("1") + COLUMNS, "compute_cost", (False, "")),
        (COST.format("len(Y)") + ROWS.format(" / len(x)"), "compute_cost", (True, "examples in rows")),
        (ROWS.format(""), "affine_backward", (True, "examples in rows, sums over the examples")),
        (
            ROWS.format("") + COST.format("len(Y)"),
            "affine_backward",
            (False, "examples in rows, sums over the examples"),
        ),
        (ROWS.format(" / len(x)") + COST.format("len(Y)"), "affine_backward", (True, "examples in rows")),
        (SOFTMAX, "softmax", (True, "examples in rows")),
        (SOFTMAX + COLUMNS, "softmax", (False, "")),
        (SOFTMAX + ROWS.format(""), "softmax", (True, "examples in rows")),
    ],
)
def test_what_the_rest_of_the_file_says(tmp_path, text, name, wanted):
    assert settled(tmp_path, text, name)[: 1 + wanted[0]] == wanted[: 1 + wanted[0]]


def test_the_lectures_way_asks_nobody(tmp_path):
    hanging = "def linear_backward(dZ, cache):\n    raise SystemExit('asked')\n"
    path = tmp_path / "mine.py"
    path.write_text("import numpy as np\n" + COST.format("Y.shape[1]") + hanging)
    cost, layer = recognise(load_module(path)).found
    assert cost.settle()
    assert layer.settled is None
