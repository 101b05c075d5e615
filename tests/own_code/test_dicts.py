"""A vector of parameters as a dict, and back."""

import numpy as np
import pytest

from loopwise.errors import ResultError
from loopwise.own_code.dicts import Keyed, join, layout, split
from loopwise.own_code.forms import LAYOUTS


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
