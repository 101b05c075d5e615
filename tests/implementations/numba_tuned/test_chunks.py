"""numba_tuned where there is much to do: the contract suite's problems are too small to be given to threads."""

import numba
import numpy as np
import pytest
from helpers.contract import frozen, hold
from helpers.faults import faulty_twin

from loopwise import get_implementation, workloads
from loopwise.errors import DisagreementError
from loopwise.implementations.numba_tuned import chunks, normalization, regularization, updates
from loopwise.implementations.numba_tuned.thresholds import UPDATE_THREADS_PAY_FROM_NUMBERS
from loopwise.machine.threads import threads
from loopwise.workloads import LAYOUTS, is_data

# (units, features, examples): a little more than UPDATE_THREADS_PAY_FROM_NUMBERS, and nothing divides it.
LARGE = {
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
    return workloads.operation(name, *LARGE[name], "relu", "squared")


def bits(outputs):
    return tuple(np.asarray(value).tobytes() for value in outputs.values())


def test_the_problems_are_large_enough():
    assert all(
        max(np.size(value) for value in much(name).inputs.values()) > UPDATE_THREADS_PAY_FROM_NUMBERS for name in LARGE
    )


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_much_work_keeps_the_contract(tuned, name, layout):
    for dtype in ("float64", "float32"):
        hold(tuned, much(name).arranged(dtype, layout))


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_much_work_has_the_same_bits_at_any_number_of_threads_and_again(tuned, name, layout):
    work = much(name).arranged(layout=layout)
    results = set()
    for count in (1, 2, MORE_THREADS_THAN_CORES, 2):
        with threads(count):
            results.add(bits(work.outputs(tuned)))
    assert len(results) == 1


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_read_only_inputs_are_left_as_they_were_and_shared_with_no_result(tuned, name, layout):
    work = frozen(much(name).arranged(layout=layout))
    before = {key: np.array(value) for key, value in work.inputs.items()}
    outputs = work.outputs(tuned)
    for key, value in work.inputs.items():
        assert np.array_equal(before[key], value), key
        assert not any(np.shares_memory(value, result) for result in outputs.values()), key


@pytest.mark.compilation
@pytest.mark.parametrize("name", [name for name in LARGE if not name.endswith("_step")])
def test_neither_layout_nor_read_only_inputs_compile_anything(tuned, name):
    modules = chunks, normalization, regularization, updates
    kernels = [kernel for module in modules for kernel in vars(module).values() if hasattr(kernel, "signatures")]
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


# === the suite can fail ===============================================================================

# kind: (function, what stands there, what the fault makes of it, the operation that shows it)
FAULTS = {
    "last chunk's end forgotten": (
        "part_of",
        "min(count, first + UPDATE_CHUNK_NUMBERS)",
        "first + UPDATE_CHUNK_NUMBERS - 1",
        "descend",
    ),
    "last chunk left out": ("chunk_count", "count + UPDATE_CHUNK_NUMBERS - 1", "count", "adam"),
    "a chunk's sum taken twice": ("squares_shared", "total += sums[chunk]", "total += sums[chunk // 2 * 2]", "l2_cost"),
    "one mean for all units": (
        "batch_norm_forward_shared",
        "slice_of_unit(k)",
        "slice_of_unit(k // 2)",
        "batch_norm_forward",
    ),
    "E[z²] − mean²": (
        "batch_norm_forward_chunk",
        "squares_of(z, centre) / m)",
        "squares_of(z, real(0.0)) / m - centre * centre)",
        "batch_norm_forward",
    ),
    "gradients mixed up": ("batch_norm_backward_chunk", "= dg, db", "= db, dg", "batch_norm_backward"),
    "penalty subtracted": ("l2_gradient", "-l2", "l2", "l2_gradient"),
    "column by column taken for row by row": ("dropout", ".shape, order=order)", ".shape)", "dropout"),
    "old square kept": ("rmsprop_chunk", "sqrt(s[p])", "sqrt(square[p])", "rmsprop"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_rejected(kind):
    *place, operation = FAULTS[kind]
    twin = faulty_twin("numba_tuned", *place)
    with pytest.raises(DisagreementError, match="breaks its"):
        hold_much(twin, operation)


@pytest.mark.parametrize("operation", sorted({fault[-1] for fault in FAULTS.values()}))
def test_unchanged_twin_is_accepted(operation):
    twin = faulty_twin("numba_tuned", "", "", "")
    hold_much(twin, operation)


def hold_much(implementation, operation):
    for layout in LAYOUTS:
        hold(implementation, far_from_zero(much(operation)).arranged(layout=layout))


def far_from_zero(work):
    """Units whose mean is large beside their deviation."""
    if "Z" in work.inputs:
        work.inputs["Z"] = work.inputs["Z"] + 1000.0
    return work
