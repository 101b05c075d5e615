"""The matmul ladder: every rung keeps its contract on every shape."""

import os
import subprocess
import sys
from dataclasses import replace
from functools import partial

import numba
import numpy as np
import pytest
from helpers.rungs import EXACT, NAMES, without_last_column
from hypothesis import given
from hypothesis import strategies as st

from loopwise import get_implementation, workloads
from loopwise.contract.agreement import agreement, bounds
from loopwise.implementations import numba_loops
from loopwise.jit.matmul.ladder import RUNGS
from loopwise.jit.matmul.matrix import matrix
from loopwise.jit.matmul.product import (
    BLOCK_ROWS,
    PANEL_TERMS,
    TASK_PANELS,
    THREADS_PAY_FROM_MULTIPLY_ADDS,
    exact_product,
    multiply_shared,
    multiply_shared_exactly,
    product,
)

DTYPES = ("float64", "float32")


def rung_named(name):
    return RUNGS[NAMES.index(name)]


def work_of(shape, dtype="float64", layout="C", dyadic=False):
    """C = A B on normal random numbers, or on halves."""
    n, k, p = shape
    work = workloads.operation("matmul", units=n, features=k, examples=p).arranged(dtype, layout)
    if dyadic:
        halves = {name: np.round(2 * X).clip(-8, 8) / 2 for name, X in work.inputs.items()}
        work = replace(work, inputs=halves).arranged(dtype, layout)
    return work


def hold(multiply, contract, work):
    """The contract: raise unless the product agrees with the slide's, and the inputs are untouched."""
    A, B = work.inputs["A"], work.inputs["B"]
    before = A.copy(), B.copy()
    C = multiply(A, B)
    assert C.flags.c_contiguous
    assert C.flags.owndata or C.base is not A
    expected = numba_loops.matmul(*(np.ascontiguousarray(X) for X in before))
    bound = bounds(work) if contract == "rounding" else {"C": np.zeros(0)}
    if contract == "exact":
        np.testing.assert_array_equal(C.view(f"u{C.itemsize}"), expected.view(f"u{C.itemsize}"))
    else:
        agreement({"C": C}, {"C": expected}, contract, bound, work.dtype).require("the rung", "the slide")
    for X, original in zip((A, B), before):
        np.testing.assert_array_equal(X, original)
    return C


def bits(C):
    return np.ascontiguousarray(C).tobytes()


SMALL_SHAPES = [(1, 1, 1), (1, 1, 40), (40, 1, 1), (1, 60, 1), (1, 37, 29), (31, 17, 1), (3, 257, 49), (13, 7, 11)]
if numba.config.DISABLE_JIT:
    SHAPES = [(1, 1, 1), (1, 9, 1), (5, 3, 14), (9, 5, 2)]
else:  # wide, tall, deep; and larger than every block in every direction
    SHAPES = [
        *SMALL_SHAPES,
        (5, 19, 1100),
        (700, 11, 6),
        (2, 1500, 3),
        (BLOCK_ROWS + 9, 2 * PANEL_TERMS + 3, TASK_PANELS * 24 + 5),
    ]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_every_rung_keeps_its_contract(name, shape, dtype):
    rung = rung_named(name)
    hold(rung, rung.contract, work_of(shape, dtype))


def test_the_lower_rungs_have_the_slides_bits():
    assert [rung.name for rung in RUNGS if rung.contract == "exact"] == EXACT


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [SHAPES[-1], (13, 7, 11)], ids=str)
def test_the_upper_rungs_take_the_terms_in_the_same_order(shape, dtype):
    # Multiply-adds of k = 0, 1, 2 …, whatever the blocks: one rounding each, so the same bits.
    A, B = work_of(shape, dtype).inputs.values()
    first, *others = (bits(rung(A, B)) for rung in RUNGS if rung.contract == "rounding")
    assert len(others) == 2
    assert all(other == first for other in others)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_on_dyadic_data_all_bits_are_the_same(name, dtype):
    work = work_of((21, 300, 101) if not numba.config.DISABLE_JIT else (5, 6, 7), dtype, dyadic=True)
    A, B = work.inputs.values()
    assert bits(rung_named(name)(A, B)) == bits(numba_loops.matmul(A, B)) == bits(A @ B)


@pytest.mark.parametrize("arrangement", ["F", "strided", "read-only", "backwards", "rows of a larger one"])
@pytest.mark.parametrize("name", NAMES)
def test_memory_order_changes_no_bit(name, arrangement):
    shape = (21, 300, 53) if not numba.config.DISABLE_JIT else (5, 6, 7)
    A, B = work_of(shape).inputs.values()
    expected = bits(rung_named(name)(A, B))
    if arrangement in ("F", "strided"):
        arranged = work_of(shape, layout=arrangement).inputs.values()
    elif arrangement == "read-only":
        arranged = [X.copy() for X in (A, B)]
        for X in arranged:
            X.flags.writeable = False
    elif arrangement == "backwards":
        arranged = [X[::-1, ::-1].copy()[::-1, ::-1] for X in (A, B)]
    else:
        arranged = [np.pad(X, ((0, 0), (2, 5)))[:, 2:-5] for X in (A, B)]
    one, two = arranged
    assert bits(rung_named(name)(one, two)) == expected
    assert bits(rung_named(name)(A, two)) == expected
    assert bits(rung_named(name)(one, B)) == expected


@pytest.mark.compilation
@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(1, 60)),
    layouts=st.tuples(*[st.sampled_from(workloads.LAYOUTS)] * 2),
    dtype=st.sampled_from(DTYPES),
    count=st.integers(1, 7),
)
def test_any_shape_cut_for_any_number_of_threads(shape, layouts, dtype, count):
    (n, k, p), work = shape, work_of(shape, dtype, dyadic=True)
    A, B = (workloads.arrange(X, dtype, layout) for X, layout in zip(work.inputs.values(), layouts))
    C = np.full((n, p), np.nan, dtype)
    multiply_shared(matrix(A), matrix(B), C.reshape(-1), n, k, p, count)
    assert bits(C) == bits(A @ B)


@pytest.mark.compilation
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(70, 300, 101), (901, 40, 23), (4, 700, 400)], ids=str)
def test_the_number_of_threads_changes_no_bit(shape, dtype):
    work = work_of(shape, dtype)
    assert work.flops // 2 > THREADS_PAY_FROM_MULTIPLY_ADDS
    A, B = work.inputs.values()
    expected, before = bits(rung_named("prefetch")(A, B)), numba.get_num_threads()
    try:
        for count in (1, 2, 3, 1):
            numba.set_num_threads(count)
            assert bits(product(A, B)) == expected
    finally:
        numba.set_num_threads(before)


PRODUCTS = {"fused": (product, multiply_shared), "exact": (exact_product, multiply_shared_exactly)}


@pytest.mark.compilation
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [*SHAPES, (70, 300, 101), (901, 40, 23), (4, 700, 400)], ids=str)
def test_the_exact_product_has_the_slides_bits_at_any_number_of_threads(shape, dtype):
    n, k, p = shape
    for layout in workloads.LAYOUTS:
        work = work_of(shape, dtype, layout)
        expected = bits(hold(exact_product, "exact", work))
        for count in (1, 2, 3):
            C = np.full((n, p), np.nan, dtype)
            multiply_shared_exactly(*map(matrix, work.inputs.values()), C.reshape(-1), n, k, p, count)
            assert bits(C) == expected


@pytest.mark.compilation
@pytest.mark.parametrize("kind", PRODUCTS)
def test_nothing_is_read_or_written_beyond_the_arrays(kind):
    # Not a number stands all around: whatever is touched there shows.
    multiply, shared = PRODUCTS[kind]
    for shape in ((5, 9, 14), (9, 300, 25), (BLOCK_ROWS + 5, 3, 13)):
        n, k, p = shape
        A, B = work_of(shape).inputs.values()
        around = [np.pad(X, 40, constant_values=np.nan) for X in (A, B)]
        expected = bits(multiply(A, B))
        assert bits(multiply(*(X[40:-40, 40:-40] for X in around))) == expected
        C = np.full(n * p + 80, 7.0)
        shared(matrix(A), matrix(B), C[40:-40], n, k, p, 2)
        assert bits(C[40:-40]) == expected
        assert (C[:40] == 7).all()
        assert (C[-40:] == 7).all()


def tile_off_by_one(multiply, A, B):
    C = multiply(A, B)
    C[4:8, 8:16] = multiply(A, B)[4:8, 9:17]
    return C


def without_some_terms(multiply, A, B):
    skipped = np.s_[PANEL_TERMS : PANEL_TERMS + 9]
    return multiply(np.delete(A, skipped, axis=1), np.delete(B, skipped, axis=0))


def last_term_twice(multiply, A, B):
    return multiply(A, B) + A[:, -1:] * B[-1:]


def sums_run_backwards(multiply, A, B):
    return multiply(A[:, ::-1].copy(), B[::-1].copy())


FAULTS = [without_last_column, tile_off_by_one, without_some_terms, last_term_twice]


@pytest.mark.compilation
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["packing", "threads"])
@pytest.mark.parametrize("fault", FAULTS)
def test_planted_faults_are_rejected(fault, name, dtype):
    rung, work = rung_named(name), work_of((30, 2 * PANEL_TERMS, 60), dtype)
    hold(rung, rung.contract, work)
    with pytest.raises((AssertionError, ValueError)):
        hold(partial(fault, rung), rung.contract, work)


@pytest.mark.compilation
def test_an_exact_rung_may_not_round_differently():
    rung, work = partial(sums_run_backwards, rung_named("registers")), work_of((20, 50, 30))
    hold(rung, "rounding", work)
    with pytest.raises(AssertionError):
        hold(rung, "exact", work)


WITHOUT_COMPILER = """
import numpy as np
from loopwise.jit.simd.host import features
from loopwise.jit.matmul.ladder import RUNGS
for n, k, p in ((1, 1, 1), (5, 3, 14), (9, 5, 2)):
    A, B = np.arange(n * k).reshape(n, k) / 2 - 3, np.arange(k * p).reshape(k, p) / 2 - 2
    for rung in RUNGS:
        assert (rung(A, np.asfortranarray(B)) == A @ B).all(), rung.name
from loopwise.measure.ladder import climb
ladder = climb((4, 3, 14), budget=1)
assert ladder.agreed and ladder.peak_gflops == {} and len(ladder.rows) == 10
"""


def test_without_the_compiler_every_rung_still_works():
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    finished = subprocess.run([sys.executable, "-c", WITHOUT_COMPILER], env=environment, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr


def test_numba_tuned_stands_on_the_top_rung():
    A, B = work_of((9, 8, 25)).inputs.values()
    assert bits(get_implementation("numba_tuned").matmul(A, B)) == bits(rung_named("threads")(A, B))
