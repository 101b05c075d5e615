"""What an operation stands on: kernels in order of call, as far as the loop that runs, or so many calls down."""

import pytest

from loopwise import get_implementation
from loopwise.implementations.numba_loops.layers import layer_forward
from loopwise.implementations.numba_tuned import neurons, sums, updates
from loopwise.implementations.numba_tuned.neuron.step import step
from loopwise.interface import OPERATIONS
from loopwise.report.call_order import callees, has_loop, kernels_below
from loopwise.report.sources import source_of

# A matrix's product, and that of one row, which is a neuron's sums: each as far as the loops that run.
MATMUL = ["product", "multiply_serial", "multiply_shared"]
MATMUL += ["weighted_sums", "tall_products", "products_shared", "products_of_chunk", "examples_per_block"]


def names(function, depth=None):
    return [kernel.__name__ for kernel in kernels_below(function, depth)]


def test_a_wrapper_is_followed_as_far_as_the_loop_that_runs():
    below = kernels_below(neurons.logistic_step)
    assert below[0] is step
    assert any(has_loop(function) for function in below)
    assert names(sums.matmul) == MATMUL
    assert names(updates.adam) == ["adam_shared", "adam_chunk"]


def test_a_function_with_a_loop_of_its_own_needs_nothing_below():
    slide = getattr(layer_forward, "py_func", layer_forward)
    assert names(slide) == []
    assert names(slide, 1) == ["activate"]


def test_depth_counts_calls_and_all_is_all():
    assert names(sums.matmul, 0) == []
    assert names(sums.matmul, 1) == ["product", "weighted_sums"]
    assert names(sums.matmul, 2) == MATMUL
    everything = names(sums.matmul, "all")
    assert len(everything) == len(set(everything))
    assert {"multiply_block", "rows_of", "copy_panel", "add_tiles", "copy_block"} <= set(everything)
    assert everything.index("multiply_serial") < everything.index("multiply_block") < everything.index("add_tiles")


@pytest.mark.parametrize("function", [sums.matmul, neurons.logistic_step, updates.adam])
def test_a_function_stands_before_all_that_it_calls(function):
    found = kernels_below(function, "all")
    for place, kernel in enumerate(found):
        assert not set(callees(kernel)) & set(found[:place]), kernel.__name__


@pytest.mark.parametrize("operation", OPERATIONS)
def test_numba_tuned_shows_a_loop_for_every_operation(operation):
    # A wrapper alone says nothing: what is shown has a loop, and stands in files of ours.
    source = source_of(get_implementation("numba_tuned"), operation)
    assert any("for " in part.text for part in (source, *source.kernels))
    assert all(kernel.path.startswith(("numba_tuned/", "jit/")) for kernel in source.kernels)


@pytest.mark.parametrize("name", ["python_loops", "numpy_vectorized"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_is_not_compiled_stands_on_no_kernel(name, operation):
    assert source_of(get_implementation(name), operation, "all").kernels == ()
