"""Hints about what is wrong with a result: each is true whenever it is given."""

import numpy as np
import pytest

from loopwise import get_implementation, workloads
from loopwise.contract.agreement import bounds
from loopwise.contract.diagnosis import wrong_with
from loopwise.contract.rounding_bounds import Ball


def hint(operation, result, wrong, m=7, units=3, features=5, activation="relu", loss="squared"):
    """What is said of a result, and the guess, where `wrong(right result)` is what came out."""
    work = workloads.operation(operation, units, features, m, activation, loss)
    expected = work.outputs(get_implementation("numpy_vectorized"))
    value = np.asarray(expected[result])
    return wrong_with(work, result, wrong(value), value, bounds(work)[result])


def reshaped(*shape):
    """The numbers as they are, in another shape."""
    return lambda value: value.reshape(shape)


LOST, NUMBER = "a dimension is lost: keepdims=True, or reshape", "dimension too many: take the number out with .item()"


@pytest.mark.parametrize(
    ("operation", "result", "shape", "guess"),
    [
        ("logistic_step", "db", (1, 1), NUMBER),
        ("logistic_step", "db", (1,), NUMBER),
        ("logistic_step", "J", (1, 1, 1), NUMBER),
        ("dot", "z", (1, 1), NUMBER),
        ("logistic_step", "dw", (5,), LOST),
        ("logistic_step", "dw", (1, 5), "is it transposed?"),
        ("logistic_step", "dw", (1, 5, 1), "one dimension too many: reshape it"),
        ("logistic_step", "dw", (1, 5, 1, 1), "2 dimensions too many: reshape it"),
        ("logistic_forward", "A", (7,), LOST),
        ("logistic_forward", "A", (7, 1), "is it transposed?"),
        ("logistic_forward", "A", (1, 1, 7), "one dimension too many: reshape it"),
        ("matvec", "u", (3, 1), "one dimension too many: reshape it"),
        ("matvec", "u", (1, 3, 1), "2 dimensions too many: reshape it"),
        ("layer_gradient", "dW", (5, 3), "is it transposed?"),
    ],
)
def test_a_hint_about_dimensions_looks_which_way(operation, result, shape, guess):
    wrong = np.transpose if shape == (5, 3) else reshaped(*shape)
    assert hint(operation, result, wrong)[1].endswith(guess)


def test_a_number_where_one_row_and_column_are_expected():
    said = hint("layer_gradient", "db", lambda value: value.item(), units=1)
    assert said == ("db is a number; expected (1, 1)", "2 dimensions are lost: keepdims=True, or reshape")


@pytest.mark.parametrize("m", [3, 7])  # with 3 as many examples as units: shapes do not tell
def test_the_wrong_axis_is_told_from_a_lost_dimension(m):
    dZ = np.random.default_rng(0).standard_normal((3, m))
    axis = "is it summed along the wrong axis?"
    assert hint("layer_gradient", "db", lambda _: dZ.sum(axis=0, keepdims=True), m=m)[1] == axis
    flat = hint("layer_gradient", "db", lambda _: dZ.sum(axis=0), m=m)[1]
    assert flat == (axis if m == 7 else f"{LOST}, and is it the right axis?")
    assert hint("layer_gradient", "db", lambda value: value[:, 0], m=m)[1] == LOST
    assert hint("layer_gradient", "db", lambda value: value.T, m=m)[1] == "is it transposed?"
    assert hint("layer_gradient", "db", lambda value: value.sum(), m=m)[1].startswith("is it summed over the rows")


def test_what_is_not_summed_at_all():
    ones = np.ones((1, 7))
    both = "is it summed along the wrong axis, or not at all?"
    assert hint("layer_gradient", "db", lambda _: ones, units=1)[1] == both
    assert hint("logistic_step", "J", lambda _: ones)[1] == both
    assert hint("activate", "A", lambda value: value[:1], features=4)[1] == ""  # nothing is summed here


@pytest.mark.parametrize(
    ("operation", "result", "factor", "m", "guess"),
    [
        ("layer_gradient", "dW", 7, 7, "is the 1/m missing?"),
        ("layer_gradient", "dW", 1 / 7, 7, "is it divided by m twice?"),
        ("layer_gradient", "dW", 2, 2, "is the 1/m missing?"),
        ("cost", "J", 2, 2, "is the 1/m missing, or a ½?"),
        ("cost", "J", 2, 7, "is a ½ missing?"),
        ("cost", "J", 1 / 2, 7, "is a ½ too many?"),
        ("cost", "J", 1 / 2, 2, "is a ½ too many, or a 1/m?"),
        ("adaline_step", "dw", 1 / 7, 7, "is it divided by m? There is no 1/m here"),
        ("adaline_step", "dw", 7, 7, "is it multiplied by m?"),
        ("adaline_step", "J", 2, 2, "is a ½ missing?"),
        ("output_delta", "dZ", 1 / 7, 7, "is it divided by m? There is no 1/m here"),
        ("layer_backward", "dA_prev", 1 / 7, 7, "is it divided by m? There is no 1/m here"),
        ("logistic_step", "dw", 2, 7, "is it added twice?"),
        ("matmul", "C", 2, 7, "is it added twice?"),
        ("l2_cost", "J", 2, 7, "is a ½ missing?"),
        ("matmul", "C", -1, 7, "a minus too many, or one too few?"),
    ],
)
def test_a_factor_is_blamed_on_what_the_operation_has(operation, result, factor, m, guess):
    assert hint(operation, result, lambda value: factor * value, m=m)[1] == guess


def test_what_is_nearly_right_and_symmetric_is_not_called_transposed():
    work, ones = workloads.operation("matmul", 4, 4, 4), np.ones((4, 4))
    ball = Ball(ones, 1e-12 * ones, u=2**-53)
    said, guess = wrong_with(work, "C", ones + 1e-9 * np.eye(4), ones, ball)
    assert guess == ""
    assert "elsewhere" not in said


NAN = lambda value: np.full(value.shape, np.nan)  # noqa: E731


@pytest.mark.parametrize(
    ("operation", "result", "activation", "guess"),
    [
        ("matmul", "C", "relu", "does it read what was never written?"),
        ("layer_forward", "A", "relu", "does it read what was never written?"),
        ("adaline_step", "J", "relu", "does it read what was never written?"),
        ("activate", "A", "sigmoid", "does it read what was never written?"),  # |z| is small: no exp overflows
        ("batch_norm_forward", "Z_hat", "relu", "is something divided by 0"),
        ("adam", "theta", "relu", "is something divided by 0"),
    ],
)
def test_what_is_not_finite_is_blamed_on_what_the_operation_computes(operation, result, activation, guess):
    assert hint(operation, result, NAN, activation=activation)[1].startswith(guess)


@pytest.mark.parametrize(
    ("operation", "result", "activation", "guess"),
    [
        ("cost", "J", "sigmoid", "log(0) or an overflowing exp"),
        ("output_delta", "dZ", "sigmoid", "0/0 or an overflowing exp"),
        ("activate", "A", "tanh", "log(0) or an overflowing exp"),
        ("activate", "A", "relu", "does it read what was never written?"),
    ],
)
def test_large_logits_are_blamed_where_there_is_an_exp(operation, result, activation, guess):
    loss = "cross_entropy" if activation == "sigmoid" else "squared"
    work = workloads.operation(operation, 3, 5, 7, activation, loss)
    work.inputs["Z"][0, 0] = 40.0  # σ(40) is 1 but for rounding
    expected = np.ones(()) if result == "J" else np.ones(work.inputs["Z"].shape)
    said, guessed = wrong_with(work, result, NAN(expected), expected, bounds(work)[result])
    assert guessed.startswith(guess)
    assert ("where |z| is large" in said) == ("exp" in guess)
