"""First calls: how long one will take, and whether it agrees."""

import itertools

import pytest

from loopwise import datasets, workloads
from loopwise.measure import first_calls


@pytest.fixture
def work():
    data = datasets.load("breast_cancer")
    return workloads.logistic(data.X[:, :50], data.Y[:, :50], "breast_cancer")


def test_the_prediction_scales_the_first_examples_up(work, monkeypatch):
    ticks = itertools.count()
    monkeypatch.setattr(first_calls.time, "perf_counter", lambda: next(ticks))  # every step takes one second
    assert first_calls.predict(work, examples=5) == 10.0  # 5 of 50 examples
    assert first_calls.predict(work, examples=100) == 1.0
