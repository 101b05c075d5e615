"""Errors: what Python would raise, in one line."""

import inspect

import pytest

from loopwise import errors
from loopwise.errors import SHOWN, LoopwiseError, UnknownNameError, one_line

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, LoopwiseError)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_loopwise_refuses_is_an_error_that_python_knows(kind):
    assert kind is LoopwiseError or issubclass(kind, (ValueError, TypeError, RuntimeError))


def test_the_nearest_known_name_is_offered():
    assert str(UnknownNameError("loss", "squard", ("absolute", "squared"))) == (
        "unknown loss 'squard'; did you mean 'squared'? (known: absolute, squared)"
    )
    assert "did you mean" not in str(UnknownNameError("loss", "xyz", ("absolute", "squared"), "or none"))
    assert str(UnknownNameError("loss", "xyz", ("absolute",), "or none")).endswith("; or none")


def test_another_packages_exception_in_one_line():
    assert one_line(ValueError("first\n\nsecond")) == "ValueError: first"
    assert one_line(KeyError()) == "KeyError"
    assert one_line(ValueError("\x1b[31mred\x1b[0m")) == "ValueError: red"
    assert len(one_line(ValueError("x" * 1000))) == SHOWN
    assert one_line(ValueError("x" * 1000 + "(size 5 is different from 7)")).endswith("(size 5 is different from 7)")
    assert one_line(TypeError("Failed in nopython mode pipeline (step: x)\nNameError: a")) == "NameError: a"


NUMBA = """Failed in nopython mode pipeline (step: nopython frontend)
- Resolution failure for literal arguments:
No implementation of function Function(<function array_dot at 0x7f>) found for signature:

 >>> array_dot(array(float64, 1d, C), axis=Literal[int](1))

There are 2 candidate implementations:
  - Of which 2 did not match due to:{}
"""
SPECIFIC = """
   Rejected as the implementation raised a specific error:
     TypingError: got an unexpected keyword argument 'axis'"""


def test_what_numba_has_found_is_the_call_and_the_reason():
    call = "TypeError: no implementation of array_dot(array(float64, 1d, C), axis=Literal[int](1))"
    assert one_line(TypeError(NUMBA.format(SPECIFIC))) == f"{call}: got an unexpected keyword argument 'axis'"
    assert one_line(TypeError(NUMBA.format(""))) == call
