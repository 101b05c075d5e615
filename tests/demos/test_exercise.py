"""Exercises: a function's verdict."""

import re

import numpy as np
import pytest
from numba import njit

from loopwise.demos import verdict
from loopwise.errors import OptionError
from loopwise.implementations import numpy_vectorized
from loopwise.interface import OPERATIONS


def test_a_verdict_says_what_is_wrong():
    def dot(w, x):
        return -np.dot(w, x)

    said = verdict(dot)
    assert said.verdict == "failed"
    assert "sign" in said.message


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (0.5, r"dA_prev\[\d, \d+\] is -?[\d.]+, expected -?[\d.]+, at m = 33"),
        (1e-10, r"ulp apart, .* × the rounding bound, at"),
    ],
)
def test_a_verdict_has_as_many_digits_as_it_needs(off, said):
    def layer_backward(dZ, W, A_prev):
        dA_prev, dW, db = numpy_vectorized.layer_backward(dZ, W, A_prev)
        return dA_prev + off, dW, db

    assert re.search(said, verdict(layer_backward).message), verdict(layer_backward)


def test_a_compiled_function_is_tried_like_any_other():
    @njit
    def dot(w, x):
        z = 0.0
        for j in range(len(w)):
            z += w[j] * x[j]
        return z

    assert verdict(dot).verdict == "passed"


def test_what_was_never_written_is_no_overflow():
    def matmul(A, B):
        return np.full((A.shape[0], B.shape[1]), np.nan)

    assert "np.empty holds whatever was there" in verdict(matmul).message


def test_ctrl_c_is_no_verdict():
    def dot(w, x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verdict(dot)


def test_an_error_names_its_line():
    def dot(w, x):
        return w[len(w)]

    assert re.match(r"line \d+: IndexError", verdict(dot).message)


@pytest.mark.parametrize("other", [lambda w, x: 0.0, len, 3])
def test_what_is_no_operation_is_refused(other):
    with pytest.raises(OptionError, match="no operation is called") as refused:
        verdict(other)
    assert all(name in str(refused.value) for name in OPERATIONS)


def test_a_courses_functions_are_judged_under_their_own_names():
    def propagate(w, b, X, Y):
        m = X.shape[1]
        A = 1 / (1 + np.exp(-(w.T @ X + b)))
        cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
        return {"dw": X @ (A - Y).T / m, "db": np.sum(A - Y) / m}, cost

    def affine_forward(x, w, b):
        return x @ w + b, (x, w, b)

    said = verdict(propagate)
    assert (said.operation, said.name, said.verdict) == ("logistic_step", "propagate", "unstable")
    assert repr(said).startswith("~ propagate (logistic_step) unstable: right on ordinary data")
    assert repr(verdict(affine_forward)).endswith("; convention: examples in rows")


def test_what_is_not_offered_is_said():
    def activate(Z, activation):
        if activation == "relu":
            return np.maximum(Z, 0)
        raise ValueError(activation)

    assert verdict(activate).verdict == "passed"
    assert "not offered: identity, step, sign" in repr(verdict(activate))
