"""Results by name, however they come back."""

import pytest

from loopwise.errors import ResultError
from loopwise.own_code.results import by_name

STEP = ("J", "dw", "db")
WANTED = {"J": 1, "dw": 2, "db": 3}


@pytest.mark.parametrize(
    "returned",
    [
        (1, 2, 3),
        [1, 2, 3],
        {"J": 1, "dw": 2, "db": 3},
        {"cost": 1, "dW": 2, "db": 3},
        ({"dw": 2, "db": 3}, 1),
        (1, {"db": 3, "dw": 2}),
        ({"dw": 2}, 1, 3),
        ({"grad_w": 2, "grad_b": 3}, 1),
    ],
)
def test_every_way_to_return_the_same(returned):
    assert by_name(returned, STEP) == WANTED


def test_a_cache_is_spare():
    assert by_name((1, "cache"), ("A",), spare=True) == {"A": 1}
    assert by_name(1, ("A",), spare=True) == {"A": 1}
    assert by_name((1, 2), ("A",)) == {"A": (1, 2)}


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, "returns nothing; expected J, dw, db — is the return missing?"),
        ((1, 2), "returns 2 results; expected 3: J, dw, db"),
        (1, "returns 1 result; expected 3: J, dw, db"),
        ((1, 2, 3, 4), "returns 4 results; expected 3: J, dw, db"),
        (({"dw": 2}, 1), "returns no db; expected J, dw, db"),
    ],
)
def test_what_is_missing_is_named(returned, said):
    with pytest.raises(ResultError) as refused:
        by_name(returned, STEP)
    assert str(refused.value) == said
