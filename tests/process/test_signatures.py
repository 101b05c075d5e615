"""The parameters of other people's functions, whatever their annotations are."""

import sys

import pytest

from loopwise.process.signatures import parameters_of


def test_an_annotation_that_names_nothing_is_no_error():
    scope = {}
    source = "def layer(W, b: 'Nothing', A: Nothing = None): pass" if sys.version_info >= (3, 14) else ""
    exec(source or "def layer(W, b: 'Nothing', A: 'Nothing' = None): pass", scope)
    assert list(parameters_of(scope["layer"])) == ["W", "b", "A"]


def test_what_does_not_tell_raises():
    with pytest.raises((TypeError, ValueError)):
        parameters_of(3)
