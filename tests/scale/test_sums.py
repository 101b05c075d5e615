"""Sums over blocks: who may be asked, and what is remembered of it."""

import numpy as np
import pytest
from helpers.blocks import M, examples, held

from loopwise import get_implementation
from loopwise.errors import OptionError, UnknownNameError
from loopwise.scale import blocks_of
from loopwise.scale.blocks import GROUP_NUMBERS, NUMBERS, examples_for, group_for
from loopwise.scale.sums import sums_over
from loopwise.scale.threads import Threads

IMPL = get_implementation("numba_loops")


def sizes(impl, X, Y):
    """How many examples there are, and their first number."""
    return np.array([X.shape[1], X[0].sum()])


@pytest.mark.parametrize("sums", ["plain", "reproducible"])
def test_a_sum_and_a_mean(sums):
    X, Y = examples()
    X = np.rint(8 * X) / 8  # so that no sum rounds
    with held(blocks_of(X, Y, 30), sums, 16 if sums == "reproducible" else None) as over:
        np.testing.assert_array_equal(over.total(sizes, (), IMPL), [M, X[0].sum()])
        mean = over.total(lambda impl, X, Y: np.array([X[0].sum() / X.shape[1]]), (), IMPL, is_mean=True)
    # Each part's mean is rounded, and its share; one sum of 7 or 13 of them.
    assert abs(mean[0] - X[0].mean()) <= 16 * np.finfo(float).eps * np.abs(X[0]).mean()


def test_what_is_spent_is_noted_for_each_total():
    X, Y = examples()
    with held(blocks_of(X, Y, 30)) as over:
        over.total(sizes, (), IMPL)
        over.total(sizes, (), IMPL)
        assert len(over.spent) == 2
        assert all(seconds > 0 and computing > 0 for seconds, computing in over.spent)


@pytest.mark.parametrize("n_x", [1, 2, 30, 784, 12288, 10**7])
def test_a_group_has_a_power_of_two_of_examples(n_x):
    group = group_for(n_x)
    assert group & (group - 1) == 0
    assert group == 64 or GROUP_NUMBERS / 2 < group * n_x <= GROUP_NUMBERS
    assert examples_for(n_x) % group == 0
    assert examples_for(n_x) * n_x <= NUMBERS or group == 64


@pytest.mark.parametrize(
    ("sums", "group", "error"), [("nice", None, UnknownNameError), ("reproducible", 0, OptionError)]
)
def test_sums_that_there_are_not(sums, group, error):
    with pytest.raises(error):
        sums_over(Threads(1), blocks_of(*examples()), sums, group)


def blas_threads(impl, X, Y):
    """How many threads the BLAS of this process has."""
    from threadpoolctl import threadpool_info

    return np.array([max(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")])


def test_blas_has_one_thread_in_each_whatever_stands_around_it():
    # How BLAS adds depends on the number of its threads, for large products.
    from threadpoolctl import threadpool_limits

    with threadpool_limits(2), held(blocks_of(*examples(), M)) as over:
        assert over.total(blas_threads, (), IMPL).tolist() == [1]
