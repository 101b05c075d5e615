"""The table: every row can be called, and no name is two things at once without reason."""

from collections import defaultdict

import numpy as np
import pytest

from loopwise import get_implementation
from loopwise.interface import OPERATIONS
from loopwise.own_code.forms import FORMS, OWN_NAMES
from loopwise.own_code.parameters import CALLED


def test_every_operation_has_its_own_name():
    assert [form.operation for form in OWN_NAMES] == list(OPERATIONS)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.names.split()[0])
def test_a_row_says_what_it_takes_and_returns(form):
    taken = set(form.roles) | set(form.optional) - set(form.fixed)
    known = set(CALLED) | {name for operation in OPERATIONS.values() for name in operation.parameters}
    assert taken <= known
    for setting in form.settings:
        work = form.works(setting)[0]
        expected = work.outputs(get_implementation("numpy_vectorized"))
        dicts = {"parameters": "theta", "v": "velocity", "s": "square"} if "parameters" in form.roles else {}
        assert {dicts.get(name, name) for name in form.results} <= set(expected)
        assert all(np.isfinite(value).all() for value in expected.values())


def test_a_name_stands_for_two_operations_only_with_other_parameters():
    meant = defaultdict(set)
    for form in FORMS:
        for name in form.names.split():
            meant[name, len(form.roles)].add(form.operation)
    assert {name: operations for name, operations in meant.items() if len(operations) > 1} == {}
