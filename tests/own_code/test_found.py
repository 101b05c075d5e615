"""A function in its own way: found out, and called so."""

import numpy as np

from loopwise import get_implementation
from loopwise.own_code.recognition import recognise_function


def found(name, text):
    """A function as what it was recognised as, settled."""
    names = {"np": np}
    exec(text, names)
    one = recognise_function(names[name], name)
    one.settle()
    return one


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
