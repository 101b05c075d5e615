"""Classes or a quantity: told from the target, or as it was asked for."""

import numpy as np
import pytest

from loopwise.datasets.targets import names_of, numbered, told_apart
from loopwise.errors import DataFileError, OptionError


@pytest.mark.parametrize(
    ("values", "task", "labels", "classes"),
    [
        (["b", "a", "b"], None, [1, 0, 1], ("a", "b")),
        ([True, False], None, [1, 0], ("False", "True")),
        ([3, 1, 3, 1], None, [1, 0, 1, 0], ("1", "3")),
        ([3.0, 1.0, 3.0, 1.0], None, [1, 0, 1, 0], ("1", "3")),
        ([3, 1, 2, 1], None, [3, 1, 2, 1], ()),  # more than half as many as there are
        ([3, 1, 2, 1], "classification", [2, 0, 1, 0], ("1", "2", "3")),
        ([0.5, 1.5, 0.5, 1.5], None, [0.5, 1.5, 0.5, 1.5], ()),
        ([0.5, 1.5, 0.5, 1.5], "classification", [0, 1, 0, 1], ("0.5", "1.5")),
        ([0, 1, 0, 1], "regression", [0, 1, 0, 1], ()),
        ([True, False], "regression", [1, 0], ()),
        ([1.0, 1.0], "regression", [1, 1], ()),
    ],
)
def test_what_a_target_is(values, task, labels, classes):
    found = told_apart(np.array(values), task)
    assert (found[0].tolist(), found[1]) == (labels, classes)
    if classes:
        assert names_of(np.array(values)).tolist() == [classes[k] for k in labels]


@pytest.mark.parametrize(
    ("values", "task", "error", "message"),
    [
        (["b", "a"], "regression", OptionError, "hold text, such as 'b'"),
        (["a", "a"], None, DataFileError, "are all a; expected two or more classes"),
        ([1.0, 1.0, 1.0], "classification", DataFileError, "are all 1"),
        ([1.0, np.inf, 0.0], None, DataFileError, ": number 2 is inf"),
        ([1.0, 0.0, np.nan], "classification", DataFileError, ": number 3 is nan"),
        ([np.nan, 0.5], "regression", DataFileError, ": number 1 is nan"),
        ([], None, DataFileError, ": there are none"),
    ],
)
def test_what_is_no_target(values, task, error, message):
    with pytest.raises(error, match=rf"the labels ?({message})"):
        told_apart(np.array(values), task)


def test_names_are_counted_from_0():
    labels, classes = numbered(np.array([2.0, 0.0]), ["a", "b", "c"], "the labels")
    assert (labels.tolist(), labels.dtype.kind, classes) == ([2, 0], "i", ("a", "b", "c"))
    for wrong in ([0, 3], [-1, 0], [0.5, 0]):
        with pytest.raises(DataFileError, match=r"the labels: number . is .*; the names are a, b, c"):
            numbered(np.array(wrong), ["a", "b", "c"], "the labels")
