"""Workloads: the same work for all, counted right."""

from dataclasses import replace

import numpy as np
import pytest

from loopwise import errors, get_implementation, workloads
from loopwise.interface import OPERATIONS

X, Y = np.ones((4, 6)), np.array([[0.0, 1, 0, 1, 0, 1]])


def test_flops_by_hand():
    # logistic: z and dw, a multiply-add (2) for each of 4 × 6 numbers.
    assert workloads.logistic(X, Y).flops == 2 * 2 * 4 * 6
    # 4-3-1, m = 6: forward 2·6·(12 + 3), dW the same, dA_prev only for layer 2: 2·6·3.
    assert workloads.network(X, Y, [3, 1]).flops == 2 * 6 * (15 + 15 + 3)
    assert workloads.operation("matmul", 2, 3, 5).flops == 2 * 2 * 3 * 5
    assert workloads.operation("layer_backward", 2, 3, 5).flops == 2 * 2 * 2 * 3 * 5
    assert workloads.operation("activate", 2, 3, 5).flops == 15
    assert workloads.operation("dot", features=7).flops == 14
    assert workloads.operation("descend", features=7).flops == 14


def test_bytes_by_hand():
    # X, Y, w read, dw written, 8 bytes each (the two numbers b and db are nothing).
    assert workloads.logistic(X, Y).bytes == 8 * (24 + 6 + 4 + 4)
    assert workloads.operation("matmul", 2, 3, 5).bytes == 8 * (6 + 15 + 10)
    assert workloads.operation("matmul", 2, 3, 5).arranged("float32").bytes == 4 * (6 + 15 + 10)


def test_every_operation_has_its_flops():
    assert list(workloads.FLOPS.keys() ^ OPERATIONS.keys()) == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_a_workload(name):
    work = workloads.operation(name, 3, 4, 5, "sigmoid", "cross_entropy")
    outputs = work.outputs(get_implementation("numpy_vectorized"))
    assert list(outputs) == list(OPERATIONS[name].returns)
    assert work.flops > 0
    assert work.bytes > 0


def test_same_seed_same_inputs():
    one, same, other = (workloads.operation("matmul", seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.inputs["A"], same.inputs["A"])
    assert not np.array_equal(one.inputs["A"], other.inputs["A"])


@pytest.mark.parametrize(("layout", "contiguous"), [("C", "C_CONTIGUOUS"), ("F", "F_CONTIGUOUS"), ("strided", None)])
def test_layouts_are_what_they_say(layout, contiguous):
    array = workloads.logistic(X, Y).arranged("float32", layout).inputs["X"]
    assert array.dtype == np.float32
    assert np.array_equal(array, X)
    if contiguous:
        assert array.flags[contiguous]
    else:
        assert not array.flags.c_contiguous
        assert not array.flags.f_contiguous
        assert not workloads.operation("dot").arranged(layout=layout).inputs["w"].flags.c_contiguous


def test_first_examples_are_a_share_of_the_work():
    small, share = workloads.logistic(X, Y).first(3)
    assert share == 0.5
    assert small.inputs["X"].shape == (4, 3)
    assert small.inputs["w"].shape == (4, 1)
    square = workloads.operation("layer_forward", units=6, features=6, examples=6).first(2)[0]
    assert [square.inputs[name].shape for name in ("W", "b", "A_prev")] == [(6, 6), (6, 1), (6, 2)]
    unlabelled = replace(workloads.logistic(X, Y), name="mine", inputs={"X": X})
    assert unlabelled.first(3)[0].inputs["X"].shape == (4, 3)
    whole, share = workloads.logistic(X, Y).first(100)
    assert (whole.inputs["X"].shape, share) == ((4, 6), 1.0)


def test_bad_work_is_refused():
    with pytest.raises(errors.OptionError, match="two classes apart; this data has 3"):
        workloads.logistic(X, np.eye(3)[:, [0, 1, 2, 0, 1, 2]])
    with pytest.raises(errors.ArchitectureError, match=r"n\[2\] is 5; expected 1"):
        workloads.network(X, Y, [3, 5])
    with pytest.raises(errors.UnknownNameError, match="operation 'matmull'; did you mean 'matmul'"):
        workloads.operation("matmull")
    with pytest.raises(errors.UnknownNameError, match="layout"):
        workloads.logistic(X, Y).arranged(layout="Z")
    with pytest.raises(errors.UnknownNameError, match="dtype"):
        workloads.logistic(X, Y).arranged("float16")
    with pytest.raises(errors.LabelError, match="expected labels 0 or 1"):
        workloads.logistic(X, 3 * Y)
