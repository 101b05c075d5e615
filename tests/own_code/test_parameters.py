"""Which parameter is which: by what people call it, else by its order."""

import pytest

from loopwise.own_code.parameters import arguments, matched


def made(parameters):
    """A function of these parameters."""
    return eval(f"lambda {parameters}: None")


STEP, LAYER = ("w", "b", "X", "Y"), ("A_prev", "W", "b")
ADAM = ("parameters", "grads", "v", "s", "t", "alpha", "beta_1", "beta_2", "epsilon")


@pytest.mark.parametrize(
    ("parameters", "roles", "wanted"),
    [
        ("w, b, X, Y", STEP, STEP),
        ("X, y, w, b", STEP, ("X", "Y", "w", "b")),
        ("X, y, weights, bias, print_cost=False", STEP, ("X", "Y", "w", "b")),
        ("p, q, r, s", STEP, STEP),
        ("A, W, b", LAYER, LAYER),
        ("W, b, A_prev", LAYER, ("W", "b", "A_prev")),
        ("x, w, b", LAYER, LAYER),
        ("a, b", ("w", "x"), ("w", "x")),
        ("parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8", ADAM, ADAM),
        ("params, grads, lr", ("parameters", "grads", "alpha"), ("parameters", "grads", "alpha")),
    ],
)
def test_roles(parameters, roles, wanted):
    assert tuple(role for _, role in matched(made(parameters), roles)) == wanted


@pytest.mark.parametrize("parameters", ["", "w", "w, b, X", "a, b, c, d, e", "*given"])
def test_what_does_not_fit(parameters):
    assert matched(made(parameters), STEP) is None


def test_a_parameter_behind_one_that_is_left_out_is_given_by_its_name():
    def function(X, verbose=False, w=None, b=0.0):
        return X, w, b

    roles = [("X", "X"), ("w", "w"), ("b", "b")]
    positional, keywords = arguments(function, roles, {"X": 1, "w": 2, "b": 3})
    assert (positional, keywords) == ([1], {"w": 2, "b": 3})
    assert function(*positional, **keywords) == (1, 2, 3)
