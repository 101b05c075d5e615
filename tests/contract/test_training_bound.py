"""How far rounding may carry a training: what agrees is within, what is wrong is not."""

from dataclasses import replace

import numpy as np
import pytest

from loopwise import datasets, get_implementation, workloads
from loopwise.contract.agreement import agreement, bounds
from loopwise.workloads import DTYPES


def work_of(model, dtype, **hyper):
    data = datasets.load("breast_cancer")
    X, Y = data.X[:, :96], data.Y[:, :96]
    return workloads.training(X, Y, model, [8, 1], **hyper).arranged(dtype)


def agreed(work, found):
    expected = work.outputs(get_implementation("numba_loops"))
    return agreement(found, expected, "rounding", bounds(work), work.dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("model", ["logistic", "adaline", "network"])
def test_another_order_of_sums_is_within_the_bound_and_another_rate_is_not(model, dtype):
    settings = {"batch_size": 8, "epochs": 3, "alpha": 0.003 if model == "adaline" else 0.1}
    work = work_of(model, dtype, **settings)
    for name in ("numpy_vectorized", "numba_tuned"):
        assert agreed(work, work.outputs(get_implementation(name))).passed
    other = work_of(model, dtype, **settings | {"alpha": 1.5 * settings["alpha"]})
    shuffled = replace(work_of(model, dtype, **settings, seed=1), inputs=work.inputs)
    for wrong in (other, shuffled):
        assert not agreed(work, wrong.outputs(get_implementation("numba_loops"))).passed


def test_the_bound_is_small_against_the_parameters():
    work = work_of("network", "float64", batch_size=8, epochs=3, optimizer="adam")
    ball = bounds(work)["theta"]
    assert (ball.rad < 1e-8 * np.max(np.abs(ball.mid))).all()
