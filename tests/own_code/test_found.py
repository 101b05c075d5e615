"""A function in its own way: found out, and called so."""

import numpy as np
import pytest

from loopwise import get_implementation
from loopwise.errors import ResultError
from loopwise.own_code.dicts import Keyed, join, layout, split
from loopwise.own_code.forms import LAYOUTS
from loopwise.own_code.recognition import recognise_function
from loopwise.own_code.refusals import refusal


def found(name, text):
    """A function as what it was recognised as, settled."""
    names = {"np": np}
    exec(text, names)
    one = recognise_function(names[name], name)
    one.settle()
    return one


def test_parameters_as_a_dict_and_back():
    for P in (2, 3, 4, 7, 30, *LAYOUTS):
        theta = np.arange(float(P))
        parts = split(theta)
        assert {name: part.shape for name, part in parts.items()} == layout(P)
        assert np.array_equal(join(parts, "parameters", "", P), theta)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (3, "parameters is int; expected a dict with W1, b1, …"),
        ({"W1": np.zeros((2, 3))}, "parameters has no 'b1'; it has 'W1'"),
        ({"W1": np.zeros((3, 2)), "b1": np.zeros((2, 1))}, "W1 is (3, 2); expected (2, 3)"),
    ],
)
def test_what_is_no_such_dict_is_said(given, said):
    with pytest.raises(ResultError) as refused:
        join(given, "parameters", "", 8)
    assert str(refused.value) == said


def test_gradients_are_known_by_both_names():
    grads = Keyed({"dW1": 1})
    assert (grads["W1"], grads["dW1"], list(grads)) == (1, 1, ["dW1"])
    with pytest.raises(KeyError):
        grads["W2"]


def test_a_function_that_is_right_in_no_way_is_told_in_the_usual_one():
    one = found("linear_forward", "def linear_forward(A, W, b):\n    return W @ A - b, (A, W, b)\n")
    assert (one.settled, one.convention) == (False, "")
    one = found("affine_forward", "def affine_forward(x, w, b):\n    return x @ w - b\n")
    assert (one.settled, one.convention) == (False, "examples in rows")  # in columns it does not run


def test_a_missing_mean_is_no_sum_where_the_cost_is_a_mean():
    text = "def propagate(w, b, X, Y):\n    z = w.T @ X + b\n    d = 1 / (1 + np.exp(-z)) - Y\n"
    text += "    return np.mean(np.logaddexp(0, z) - Y * z), X @ d.T, d.sum()\n"
    assert found("propagate", text).convention == ""
    assert found("propagate", text.replace("np.mean", "np.sum")).convention == "sums over the examples"


def test_it_is_called_as_the_interface_calls_it():
    text = "def linear_backward(dZ, cache):\n    A, W, b = cache\n    m = A.shape[1]\n"
    text += "    return W.T @ dZ, dZ @ A.T / m, dZ.sum(axis=1, keepdims=True) / m\n"
    one, rng = found("linear_backward", text), np.random.default_rng(0)
    given = {"dZ": rng.random((3, 5)), "W": rng.random((3, 2)), "A_prev": rng.random((2, 5)), "b": np.zeros((3, 1))}
    expected = get_implementation("numpy_vectorized").layer_backward(given["dZ"], given["W"], given["A_prev"])
    for got, wanted in zip(one.call(given).values(), expected):
        np.testing.assert_allclose(got, wanted, rtol=1e-14)  # twice as many roundings as there are products


@pytest.mark.parametrize(
    ("text", "says_so"),
    [
        ("raise ValueError(kind)", True),
        ("assert kind == 0", True),
        ("{}[kind]", True),
        ("np.zeros(2) + np.zeros(3)", False),
        ("1 / 0", False),
        ("unknown", False),
    ],
)
def test_whether_an_exception_says_that_something_is_not_offered(tmp_path, text, says_so):
    path = tmp_path / "mine.py"
    path.write_text(f"import numpy as np\ndef function(kind):\n    {text}\n")
    names = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    with pytest.raises(Exception) as raised:  # noqa: PT011  (whichever it is)
        names["function"](1)
    assert refusal(raised.value, names["function"], (1,)) == says_so
