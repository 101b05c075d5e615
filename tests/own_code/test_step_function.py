"""A step of a whole network: with the architecture, or with the interface's parameters; with a vector or a dict."""

import numpy as np
import pytest
from helpers.course_code import judged

from loopwise import get_implementation
from loopwise.own_code.step_function import StepFunction

OURS = "numpy_vectorized"
BY_ARCHITECTURE = f"""
import loopwise

def network_step(architecture, theta, X, Y):
    return loopwise.network_step(loopwise.get_implementation("{OURS}"), architecture, theta, X, Y)
"""
BY_SETTINGS = f"""
import loopwise
from loopwise.interface import LOSSES, ACTIVATIONS

def network_step(theta, X, Y, layer_sizes, activations, loss):
    architecture = loopwise.Architecture(layer_sizes, tuple(map(str, activations)), str(loss))
    return loopwise.network_step(loopwise.get_implementation("{OURS}"), architecture, theta, X, Y)
"""


@pytest.mark.parametrize("text", [BY_ARCHITECTURE, BY_SETTINGS])
def test_ours_passes_with_every_activation(tmp_path, text):
    said = judged(tmp_path, text)["network_step"]
    assert (said.verdict, said.not_offered) == ("passed", ())


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("return J, -gradient", "dW[1] has the wrong sign"),
        ("gradient[0] *= 2; return J, gradient", "dW[1][0, 0] is"),
        ("return 2 * J, gradient", "J is twice too large"),
        ("return J", "returns 1 result; expected 2: J, gradient"),
        ("theta *= 2; return J, gradient", "theta is changed in place"),
    ],
)
def test_a_fault_is_named(tmp_path, fault, words):
    text = BY_ARCHITECTURE.replace("    return ", "    J, gradient = ") + f"    {fault}\n"
    said = judged(tmp_path, text)["network_step"]
    assert said.verdict == "failed"
    assert words in said.message


def returning(result):
    """A step that returns this."""
    return lambda architecture, theta, X, Y: result


def test_the_gradient_may_be_a_dict_and_come_first():
    one = StepFunction("network_step", lambda architecture, theta, X, Y: None)
    work = one.make((2, "tanh", ("sigmoid", "cross_entropy"), 1))
    expected = work.outputs(get_implementation(OURS))
    architecture = work.inputs["architecture"]
    parts, start = {}, 0
    for symbol, l, (rows, columns) in architecture.parts():
        parts[f"d{symbol}{l}"] = expected["gradient"][start : start + rows * columns].reshape(rows, columns)
        start += rows * columns
    for returned in ((expected["J"], parts), (parts, expected["J"])):
        one.function = returning(returned)
        assert np.array_equal(one.call(work.inputs)["gradient"], expected["gradient"])


def test_whether_it_looks_at_the_activations():
    assert not StepFunction("network_step", lambda architecture, theta, X, Y: theta).looks_at_settings()
    assert StepFunction("network_step", lambda architecture, theta, X, Y: architecture.activations).looks_at_settings()
    assert StepFunction("network_step", lambda theta, X, Y, n, g, loss: theta).looks_at_settings()
