"""What a function's source speaks of, its helpers' and its dicts' included."""

from numba import njit

from loopwise.interface import RELU
from loopwise.own_code.words import attributes_of, mentions, words_of

TABLE = {"softmax": None}


def helper(kind):
    return kind == "tanh"


def by_name(kind, given):
    if kind in ("sigmoid", "step"):
        return helper(kind) or given.activations
    return kind == RELU or TABLE[kind]


def test_strings_constants_keys_and_helpers():
    assert {"sigmoid", "step", "tanh", "relu", "softmax"} <= words_of(by_name)
    assert "identity" not in words_of(by_name)
    assert mentions(by_name, ("tanh", "squared"))
    assert not mentions(by_name, ("leaky_relu", ("sigmoid", "cross_entropy"), 1))


def test_what_is_asked_for():
    assert {"activations", "helper"} <= attributes_of(by_name)
    assert "activations" not in attributes_of(helper)


def test_a_compiled_function_speaks_too():
    assert "tanh" in words_of(njit(helper))


def test_what_has_no_source_says_nothing():
    assert words_of(len) == frozenset()
