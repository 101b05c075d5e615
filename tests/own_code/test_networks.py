"""Which functions are whole networks, and which backward pass belongs to which forward pass."""

import pytest

from loopwise.own_code.networks import forward_of, is_called, whole_networks
from loopwise.own_code.passes import Passes
from loopwise.own_code.step_function import StepFunction


def functions(*signatures):
    """Functions of these signatures, by name."""
    return {one.partition("(")[0]: eval(f"lambda {one.partition('(')[2].rstrip(')')}: None") for one in signatures}


def test_passes_and_a_step():
    found = whole_networks(
        functions(
            "forward_propagation(X, parameters)",
            "backward_propagation(parameters, cache, X, Y)",
            "network_step(architecture, theta, X, Y)",
            "forward(X)",
            "backward(grad)",
        ),
        [],
    )
    kinds = [(one.name, type(one), getattr(one, "what", "")) for one in found]
    assert kinds == [
        ("forward_propagation", Passes, "forward"),
        ("backward_propagation", Passes, "backward"),
        ("network_step", StepFunction, ""),
    ]


def test_a_backward_pass_alone_is_none():
    assert whole_networks(functions("backward_propagation(parameters, cache, X, Y)"), []) == []


@pytest.mark.parametrize(
    ("backward", "forward"),
    [
        ("backward_propagation", "forward_propagation"),
        ("backward_propagation_with_dropout", "forward_propagation_with_dropout"),
        ("L_model_backward", "L_model_forward"),
        ("backward_propagation_with_regularization", "L_model_forward"),
    ],
)
def test_which_belongs_to_which(backward, forward):
    names = ["forward_propagation", "forward_propagation_with_dropout", "backward_propagation"]
    order = [*names, "backward_propagation_with_dropout", "L_model_forward", "L_model_backward"]
    order.append("backward_propagation_with_regularization")
    forwards = [(name,) for name in order if "forward" in name]
    assert forward_of(backward, forwards, order)[0] == forward


def test_one_that_belongs_to_none_is_not_judged():
    forwards = [("forward_propagation_with_dropout",)]
    order = ["forward_propagation_with_dropout", "backward_propagation_with_regularization"]
    assert forward_of(order[1], forwards, order) is None


def test_names():
    assert is_called("forward_propagation_with_dropout", "forwardpropagation")
    assert is_called("forward2", "forward")
    assert not is_called("forwards", "forward")
