"""Arguments, checked: what makes no sense is one line that names the argument and what is expected."""

import math

import pytest

from loopwise.errors import OptionError, UnknownNameError
from loopwise.validation import (
    MOST,
    choose,
    validate_count,
    validate_number,
    validate_seconds,
    validate_seed,
    validate_size,
)

WRONG = {
    "budget is 0; expected a positive number": lambda: validate_seconds("budget", 0),
    "budget is inf; expected a positive number": lambda: validate_seconds("budget", math.inf),
    "budget is nan; expected a positive number": lambda: validate_seconds("budget", math.nan),
    "seed is -1; expected a whole number, at least 0": lambda: validate_seed(-1),
    "m is 0; expected a positive whole number": lambda: validate_size("m", 0),
    f"m is {MOST + 1}; expected a positive whole number, at most {MOST}": lambda: validate_size("m", MOST + 1),
    "epochs is 0; expected a positive whole number": lambda: validate_count("epochs", 0),
    "epochs is True; expected": lambda: validate_count("epochs", True),
    "epochs is 1.5; expected": lambda: validate_count("epochs", 1.5),
    "patience is -1; expected a whole number, at least 0": lambda: validate_count("patience", -1, least=0),
    "alpha is nan; expected alpha > 0": lambda: validate_number(
        "alpha", math.nan, "alpha > 0", lambda alpha: alpha > 0
    ),
    "alpha is '1'; expected alpha > 0": lambda: validate_number("alpha", "1", "alpha > 0", lambda alpha: alpha > 0),
    "alpha is True; expected alpha > 0": lambda: validate_number("alpha", True, "alpha > 0", lambda alpha: alpha > 0),
}


@pytest.mark.parametrize("message", WRONG)
def test_what_makes_no_sense_is_one_line(message):
    with pytest.raises(OptionError) as caught:
        WRONG[message]()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_makes_sense_is_taken():
    validate_seconds("budget", 0.5)
    validate_seed(0)
    validate_size("m", None)
    validate_size("m", MOST)
    validate_count("epochs", 1)
    validate_count("patience", 0, least=0)
    validate_number("alpha", 0.5, "alpha > 0", lambda alpha: alpha > 0)


@pytest.mark.parametrize("name", ["rellu", None, 3, ["relu"]])
def test_an_unknown_name_comes_with_those_that_are_known(name):
    with pytest.raises(UnknownNameError, match=r"known: relu, tanh"):
        choose("activation", name, ("relu", "tanh"))
    assert choose("activation", "relu", ("relu", "tanh")) == "relu"
