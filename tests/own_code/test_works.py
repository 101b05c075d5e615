"""The work that functions are tried on: extremes that are extremes."""

import numpy as np
import pytest

from loopwise import get_implementation, implementation_names
from loopwise.contract.agreement import agreement, bounds
from loopwise.interface import OPERATIONS
from loopwise.own_code import works
from loopwise.own_code.forms import OWN_NAMES

REFERENCE = get_implementation("python_loops")
FORMS = {form.operation: form for form in OWN_NAMES}


def logits_of(work):
    """What an activation is applied to."""
    given = work.inputs
    if "Z" in given:
        return given["Z"]
    return given["w"].T @ given["X"] if "w" in given else given["W"] @ given["A_prev"] + given["b"]


@pytest.mark.parametrize(
    "name", ["activate", "activation_backward", "cost", "output_delta", "logistic_step", "layer_forward"]
)
def test_logits_are_a_thousand_and_whole_examples_are(name):
    setting = FORMS[name].settings[3 if "activation" in OPERATIONS[name].parameters else 0]
    extreme = list(works.extremes(FORMS[name].works(setting)[0]))
    assert len(extreme) >= 3
    assert all(np.abs(logits_of(work)).max() >= 999 for work in extreme)
    columns = [np.abs(logits_of(work)).min(axis=0) for work in extreme]
    assert any((column > 900).any() for column in columns)
    assert {1.0, -1.0} <= {float(sign) for work in extreme for sign in np.unique(np.sign(logits_of(work)))}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_extreme_is_another_case(name):
    work = FORMS[name].works(FORMS[name].settings[0])[0]
    for extreme in works.extremes(work):
        assert any(not np.array_equal(extreme.inputs[key], value) for key, value in work.inputs.items())


@pytest.mark.parametrize("name", implementation_names())
@pytest.mark.parametrize("operation", OPERATIONS)
def test_ours_keep_their_contracts_there(name, operation):
    impl = get_implementation(name)
    for setting in FORMS[operation].settings:
        for work in works.extremes(FORMS[operation].works(setting)[0]):
            held = agreement(work.outputs(impl), work.outputs(REFERENCE), "rounding", bounds(work))
            assert held.passed, (setting, held.worst)


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("n_y", [1, 3])
def test_no_two_sizes_of_a_network_are_alike(layers, n_y):
    output = ("sigmoid" if n_y == 1 else "softmax", "cross_entropy")
    work = works.network(layers, "tanh", output, n_y)
    sizes = [*work.inputs["architecture"].layer_sizes[:-1], work.inputs["X"].shape[1]]
    assert len(set(sizes)) == len(sizes)
    assert np.count_nonzero(work.inputs["theta"]) == len(work.inputs["theta"])
    expected = work.outputs(REFERENCE)
    held = agreement(work.outputs(get_implementation("numpy_vectorized")), expected, "rounding", bounds(work))
    assert held.passed
