"""Architectures: sizes, and what cannot be built."""

import pytest

from loopwise import (
    Architecture,
    errors,
)


def test_3_4_1_has_21_parameters():
    architecture = Architecture((3, 4, 1), ("tanh", "sigmoid"))
    assert (architecture.L, architecture.parameter_count) == (2, 21)  # 16 weights and 5 biases


BAD_ARCHITECTURES = {
    "a number for the sizes": ((5, ("relu",)), "layer_sizes is 5; expected a sequence"),
    "a name for the activations": (((5, 1), "sigmoid"), "activations is 'sigmoid'; expected a sequence"),
    "no layer": (((3,), ()), "expected n.0. and at least one layer"),
    "no unit": (((3, 0, 1), ("relu", "sigmoid")), r"n\[1\] is 0; expected a positive whole number"),
    "half a unit": (((3, 2.5, 1), ("relu", "sigmoid")), r"n\[1\] is 2.5"),
    "too few activations": (((3, 4, 1), ("sigmoid",)), "1 activations for L = 2 layers"),
    "softmax inside": (((3, 4, 2), ("softmax", "softmax")), "hidden layer 1 is softmax"),
    "unknown activation": (((3, 1), ("sigmoit",)), "did you mean 'sigmoid'"),
    "unknown loss": (((3, 1), ("sigmoid",), "cross-entropy"), "did you mean 'cross_entropy'"),
    "cross-entropy of relu": (((3, 1), ("relu",)), "needs a sigmoid or softmax output, not 'relu'"),
}


@pytest.mark.parametrize("kind", BAD_ARCHITECTURES)
def test_bad_architectures_are_refused(kind):
    arguments, message = BAD_ARCHITECTURES[kind]
    with pytest.raises(ValueError, match=message) as refused:
        Architecture(*arguments)
    assert isinstance(refused.value, errors.LoopwiseError)
