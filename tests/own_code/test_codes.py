"""Activations and losses are equal to their number and to their name."""

import pytest

from loopwise.interface import ACTIVATIONS, NAMES, RELU
from loopwise.own_code.codes import Number, Text, code


@pytest.mark.parametrize("form", [Number, Text])
@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names])
def test_each_is_equal_to_its_number_and_to_its_name_alone(form, kind, name):
    one, number = code(kind, name, form), NAMES[kind].index(name)
    assert one == name
    assert name == one
    assert one == number
    assert number == one
    assert (one != name, one != number) == (False, False)
    others = [(k, other) for k, other in enumerate(NAMES[kind]) if other != name]
    assert all(one != k and one != other for k, other in others)
    assert f"{one}" == str(one) == name
    assert NAMES[kind][one] == name


def test_one_is_found_among_numbers_and_the_other_among_names():
    assert {RELU: "found"}[code("activation", "relu", Number)] == "found"
    assert {"relu": "found"}[code("activation", "relu", Text)] == "found"
    assert code("activation", "relu", Text).upper() == "RELU"


def test_a_compiled_function_is_given_a_plain_number():
    assert type(code("activation", "relu", int)) is int
    assert code("activation", ACTIVATIONS.index("tanh"), Number) == "tanh"


@pytest.mark.parametrize("form", [Number, Text, int])
def test_what_there_is_not_is_equal_to_none(form):
    one = code("activation", None, form)
    assert all(one != name and one != k for k, name in enumerate(ACTIVATIONS))
