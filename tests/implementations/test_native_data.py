"""Data where it enters: checked once, converted, never copied without need."""

import numpy as np
import pytest

from loopwise import errors, get_implementation, implementation_names
from loopwise.implementations import native_data
from loopwise.workloads import LAYOUTS, arrange

BAD_DATA = {
    "masked": (np.ma.masked_greater(np.ones((2, 2)), 0), errors.DTypeError, "X is masked"),
    "NaN": ([[1.0, float("nan")]], errors.NotFiniteError, r"X\[0, 1\] is nan"),
    "infinity": ([[1.0], [float("-inf")]], errors.NotFiniteError, r"X\[1, 0\] is -inf"),
    "empty": (np.zeros((3, 0)), errors.ShapeError, r"X is \(3, 0\): empty"),
    "no dimension": (3.0, errors.ShapeError, r"X is \(\)"),
    "three dimensions": (np.zeros((2, 2, 2)), errors.ShapeError, r"X is \(2, 2, 2\)"),
    "ragged": ([[1, 2], [3]], errors.ShapeError, "X is ragged"),
    "complex": (np.ones((2, 2), complex), errors.DTypeError, "X is complex128; expected float64"),
    "objects": (np.array([[None]]), errors.DTypeError, "X is object"),
    "strings": ([["a"]], errors.DTypeError, "X is str"),
    "half precision": (np.ones((2, 2), np.float16), errors.DTypeError, "X is float16"),
}


@pytest.mark.parametrize("kind", BAD_DATA)
def test_bad_data_is_refused_in_one_line(implementation, kind):
    data, error, message = BAD_DATA[kind]
    with pytest.raises(error, match=message) as refused:
        implementation.asnative(data, "X")
    assert isinstance(refused.value, errors.LoopwiseError)
    assert isinstance(refused.value, (ValueError, TypeError))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "data", [np.array([[1, 2]]), np.array([[True, False]]), [[1, 2]], np.array([[1, 2]], np.uint8)]
)
def test_whole_numbers_and_booleans_are_converted(implementation, data):
    converted = implementation.asnumpy(implementation.asnative(data))
    assert converted.dtype == np.float64
    assert converted.tolist() == np.asarray(data, float).tolist()


def test_big_endian_data_is_converted(implementation):
    data = np.array([[1.5, 2.5]], ">f8")
    assert implementation.asnumpy(implementation.asnative(data)).tolist() == [[1.5, 2.5]]


def test_views_stay_views():
    X = np.zeros((4, 6))
    for name in implementation_names():
        if get_implementation(name).family != "python":
            assert np.shares_memory(get_implementation(name).asnative(X[::2, 1:]), X)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_example_in_one_piece(implementation, monkeypatch, layout):
    X = implementation.asnative(arrange(np.arange(12.0).reshape(3, 4), "float64", layout))
    contiguous = implementation.contiguous_examples(X)
    assert implementation.asnumpy(contiguous).tolist() == np.arange(12.0).reshape(3, 4).tolist()
    if implementation.family != "python":
        assert contiguous.flags.f_contiguous
        assert (contiguous is X) == (layout == "F")
        monkeypatch.setattr(native_data, "MOST_COPIED_BYTES", 95)
        assert implementation.contiguous_examples(X) is X  # 96 bytes


def test_native_and_back(implementation):
    X = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(implementation.asnumpy(implementation.asnative(X)), X)


def test_foreign_data_is_refused(implementation):
    foreign = np.ones((2, 3)) if implementation.family == "python" else [[1.0, 2.0, 3.0]]
    with pytest.raises(errors.DTypeError, match=r"Z is .*; expected .*asnative"):
        implementation.activate(foreign, "relu")


def test_numbers_between_two_places_are_put_in_theirs():
    X = np.arange(12.0).reshape(3, 4)
    raw = np.frombuffer(b"1" + X.tobytes(), np.uint8)[1:].view(np.float64).reshape(3, 4)
    assert not raw.flags.aligned
    native = native_data.real_array(raw, "X", (np.float64,))
    assert native.flags.aligned
    np.testing.assert_array_equal(native, X)
