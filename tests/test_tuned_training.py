"""numba_tuned where there is much to do: the contract suite's problems are too small to be given to threads."""

import numba
import numpy as np
import pytest
from contract import frozen, hold

from loopwise import get_implementation, workloads
from loopwise.implementations import numba_tuned_training as training
from loopwise.measure.machine import threads
from loopwise.workloads import LAYOUTS, is_data

# (units, features, examples): a little more than MUCH, and nothing divides it.
MUCH = {
    **dict.fromkeys(("perceptron_step", "adaline_step"), (1, 37, 2111)),
    **dict.fromkeys(("l2_cost", "l2_gradient"), (67, 1029, 1)),
    "dropout": (67, 1, 1029),
    **dict.fromkeys(("batch_norm_forward", "batch_norm_backward", "batch_norm_predict"), (67, 1, 1029)),
    **dict.fromkeys(("descend", "momentum", "rmsprop", "adam"), (1, 67 * 1029, 1)),
}
MORE_THREADS_THAN_CORES = numba.config.NUMBA_NUM_THREADS


@pytest.fixture(scope="module")
def tuned():
    return get_implementation("numba_tuned")


def much(name):
    return workloads.operation(name, *MUCH[name], "relu", "squared")


def bits(outputs):
    return tuple(np.asarray(value).tobytes() for value in outputs.values())


def test_the_problems_are_large_enough():
    assert all(max(np.size(value) for value in much(name).inputs.values()) > training.MUCH for name in MUCH)


@pytest.mark.parametrize("name", MUCH)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_much_work_keeps_the_contract(tuned, name, layout):
    for dtype in ("float64", "float32"):
        hold(tuned, much(name).arranged(dtype, layout))


@pytest.mark.parametrize("name", MUCH)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_much_work_has_the_same_bits_at_any_number_of_threads_and_again(tuned, name, layout):
    work = much(name).arranged(layout=layout)
    results = set()
    for count in (1, 2, MORE_THREADS_THAN_CORES, 2):
        with threads(count):
            results.add(bits(work.outputs(tuned)))
    assert len(results) == 1


@pytest.mark.parametrize("name", MUCH)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_read_only_inputs_are_left_as_they_were_and_shared_with_no_result(tuned, name, layout):
    work = frozen(much(name).arranged(layout=layout))
    before = {key: np.array(value) for key, value in work.inputs.items()}
    outputs = work.outputs(tuned)
    for key, value in work.inputs.items():
        assert np.array_equal(before[key], value), key
        assert not any(np.shares_memory(value, result) for result in outputs.values()), key


@pytest.mark.compilation
@pytest.mark.parametrize("name", training.__all__)
def test_neither_layout_nor_read_only_inputs_compile_anything(tuned, name):
    kernels = [kernel for kernel in vars(training).values() if hasattr(kernel, "signatures")]
    much(name).outputs(tuned)
    before = [len(kernel.signatures) for kernel in kernels]
    for layout in LAYOUTS:
        frozen(much(name).arranged(layout=layout)).outputs(tuned)
    assert [len(kernel.signatures) for kernel in kernels] == before


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_variance_of_numbers_far_from_zero_keeps_its_digits(tuned, dtype):
    # E[z²] − mean² would have none left.
    Z = (np.array([[-1.0, 1.0] * 500]) + 2.0**12).astype(dtype)
    one, zero = np.ones((1, 1), dtype), np.zeros((1, 1), dtype)
    _, Z_hat, mean, variance = tuned.batch_norm_forward(Z, one, zero, 0.0)
    assert (mean[0, 0], variance[0, 0]) == (2.0**12, 1.0)
    assert np.array_equal(Z_hat, Z - mean)


def test_matrices_that_lie_column_by_column_give_one_that_does(tuned):
    for name in ("l2_gradient", "dropout"):
        inputs = {k: np.asfortranarray(v) if is_data(v) else v for k, v in much(name).inputs.items()}
        assert getattr(tuned, name)(**inputs).flags.f_contiguous, name
