"""What says that something is not offered, and what is a mistake."""

import numpy as np
import pytest

from loopwise.errors import ResultError
from loopwise.own_code.codes import code
from loopwise.own_code.refusals import refusal


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


def test_a_key_that_is_not_there_has_to_be_what_was_asked_for():
    asked = (code("activation", "tanh"), "squared")
    assert refusal(KeyError("tanh"), np.sum, asked)
    assert refusal(KeyError(code("activation", "tanh")), np.sum, asked)
    assert not refusal(KeyError("tahn"), np.sum, asked)


def test_what_is_returned_wrong_is_no_refusal():
    assert not refusal(ResultError("returns nothing"), np.sum)
