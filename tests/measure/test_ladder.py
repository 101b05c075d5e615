"""The matmul ladder: every rung keeps its contract on every shape, and `loopwise ladder` says so."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import partial

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.image import imread

from loopwise import get_implementation, workloads
from loopwise.commands.app import main
from loopwise.contract.agreement import agreement, bounds
from loopwise.implementations import numba_loops
from loopwise.jit.matmul.ladder import RUNGS
from loopwise.jit.matmul.matrix import matrix
from loopwise.jit.matmul.product import DEPTH, PANELS, ROWS, SMALL, multiply_shared, product
from loopwise.jit.simd.host import features
from loopwise.measure import interleaved
from loopwise.measure import ladder as measuring
from loopwise.measure.ladder import climb

NAMES = [rung.name for rung in RUNGS]
EXACT = NAMES[:5]
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


# === every rung, every shape ==========================================================================

SMALL_SHAPES = [(1, 1, 1), (1, 1, 40), (40, 1, 1), (1, 60, 1), (1, 37, 29), (31, 17, 1), (3, 257, 49), (13, 7, 11)]
if numba.config.DISABLE_JIT:
    SHAPES = [(1, 1, 1), (1, 9, 1), (5, 3, 14), (9, 5, 2)]
else:  # wide, tall, deep; and larger than every block in every direction
    SHAPES = [*SMALL_SHAPES, (5, 19, 1100), (700, 11, 6), (2, 1500, 3), (ROWS + 9, 2 * DEPTH + 3, PANELS * 24 + 5)]


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


# === the top rung =====================================================================================


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
    assert work.flops // 2 > SMALL
    A, B = work.inputs.values()
    expected, before = bits(rung_named("prefetch")(A, B)), numba.get_num_threads()
    try:
        for count in (1, 2, 3, 1):
            numba.set_num_threads(count)
            assert bits(product(A, B)) == expected
    finally:
        numba.set_num_threads(before)


@pytest.mark.compilation
def test_nothing_is_read_or_written_beyond_the_arrays():
    # Not a number stands all around: whatever is touched there shows.
    for shape in ((5, 9, 14), (9, 300, 25), (ROWS + 5, 3, 13)):
        n, k, p = shape
        A, B = work_of(shape).inputs.values()
        around = [np.pad(X, 40, constant_values=np.nan) for X in (A, B)]
        expected = bits(product(A, B))
        assert bits(product(*(X[40:-40, 40:-40] for X in around))) == expected
        C = np.full(n * p + 80, 7.0)
        multiply_shared(matrix(A), matrix(B), C[40:-40], n, k, p, 2)
        assert bits(C[40:-40]) == expected
        assert (C[:40] == 7).all()
        assert (C[-40:] == 7).all()


# === the tests can fail ===============================================================================


def without_last_column(multiply, A, B):
    C = multiply(A, B)
    C[:, -1] = 0.0
    return C


def tile_off_by_one(multiply, A, B):
    C = multiply(A, B)
    C[4:8, 8:16] = multiply(A, B)[4:8, 9:17]
    return C


def without_some_terms(multiply, A, B):
    skipped = np.s_[DEPTH : DEPTH + 9]
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
    rung, work = rung_named(name), work_of((30, 2 * DEPTH, 60), dtype)
    hold(rung, rung.contract, work)
    with pytest.raises((AssertionError, ValueError)):
        hold(partial(fault, rung), rung.contract, work)


@pytest.mark.compilation
def test_an_exact_rung_may_not_round_differently():
    rung, work = partial(sums_run_backwards, rung_named("registers")), work_of((20, 50, 30))
    hold(rung, "rounding", work)
    with pytest.raises(AssertionError):
        hold(rung, "exact", work)


# === the command ======================================================================================


def run(*arguments, columns=80, **environment):
    """The command in a process of its own."""
    environment = os.environ | {"COLUMNS": str(columns), "NO_COLOR": "1"} | environment
    command = [sys.executable, "-c", "from loopwise.commands.app import main; main()", "ladder", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def in_process(monkeypatch, *arguments):
    """The command in this process; returns its exit code."""
    monkeypatch.setattr(sys, "argv", ["loopwise", "ladder", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return stopped.value.code or 0


@pytest.mark.compilation
@pytest.mark.parametrize("columns", [80, 160])
def test_the_table_fits_the_terminal(columns):
    finished = run("--size", "60", "--budget", "1", "--threads", "2", columns=columns)
    assert finished.returncode == 0, finished.stderr
    assert "matmul · (60, 60) · (60, 60) · float64" in finished.stdout
    for number, name in enumerate(NAMES):
        # Where no instruction multiplies and adds, nobody rounds otherwise than the slide.
        shown = "✓ rounding" if name not in EXACT and {"fma", "neon"} & features() else "✓ same bits"
        assert len(re.findall(rf"^ *{number} {name} .*{shown}", finished.stdout, re.M)) == 1, finished.stdout
    assert "…" not in finished.stdout
    assert max(len(line) for line in finished.stdout.splitlines()) <= columns
    assert ("along memory" in finished.stdout) == (columns == 160)


@pytest.mark.compilation
def test_json_on_standard_output_is_nothing_but_json():
    finished = run("--shape", "20,30,40", "--dtype", "float32", "--budget", "1", "--json", "-")
    assert finished.returncode == 0, finished.stderr
    ladder = json.loads(finished.stdout)["ladder"]
    assert ladder["sizes"] == {"n": 20, "k": 30, "p": 40}
    assert ladder["dtype"] == "float32"
    assert ladder["reference"] == "slide"
    assert ladder["compiled_while_timing"] == 0
    assert not ladder["stopped"]
    assert [row["name"] for row in ladder["rows"]] == [*NAMES, "numpy"]
    below = None
    for row in ladder["rows"]:
        assert row["agreement"]["passed"]
        assert row["gflops"] == pytest.approx(2 * 20 * 30 * 40 / row["step_seconds"]["median"] / 1e9)
        peak = ladder["peak_gflops"][str(row["threads"])]
        assert row["of_peak"] == pytest.approx(row["gflops"] / peak)
        if row["rung"] and row["rung"] > 0:
            assert row["times_below"]["vs"] == below
        if row["name"] != "slide":
            assert row["times_slide"]["vs"] == "slide"
            assert row["times_slide"]["ratio"] > 0
        below = row["name"]


@pytest.mark.compilation
def test_files_are_written(tmp_path, monkeypatch, capsys):
    figure, result = tmp_path / "ladder.png", tmp_path / "ladder.json"
    arguments = ("--size", "48", "--budget", "1", "--plot", str(figure), "--json", str(result))
    assert in_process(monkeypatch, *arguments) == 0
    assert "7 threads" in capsys.readouterr().out
    assert len(json.loads(result.read_text())["ladder"]["rows"]) == 9
    pixels = imread(figure)[..., :3]
    for colour in ("#0072B2", "#CC79A7", "#009E73"):  # exact rungs, the others, NumPy's line
        rgb = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
        assert (np.abs(pixels - rgb).max(axis=-1) < 0.01).sum() > 300, colour


BAD = {
    "--size 0": "size is 0; expected a positive whole number",
    "--shape 3,4": "shape is 3,4; expected three sizes n,k,p",
    "--shape 3,x,4": "shape is '3,x,4'",
    "--shape 3,0,4": "shape is 0",
    "--size 5 --shape 3,4,5": "--size and --shape exclude each other",
    "--dtype float16": "unknown dtype 'float16'",
    "--threads 0": "threads is 0",
    "--budget 0": "budget is 0.0",
    "--budget nan": "budget is nan",
    "--seed -1": "seed is -1",
    "--plot ladder.gif": "ladder.gif cannot be written",
    "--json no/folder.json": "there is no folder no",
    "--json x.png --plot x.png": "name the same file",
}


@pytest.mark.parametrize("arguments", BAD)
def test_what_makes_no_sense_is_one_line(monkeypatch, capsys, arguments):
    assert in_process(monkeypatch, *arguments.split()) == 2
    said = capsys.readouterr().err
    assert BAD[arguments] in said
    assert said.count("\n") == 1


def with_rung(name, multiply):
    """The ladder with one rung replaced."""

    def named(A, B):
        return multiply(A, B)

    named.__name__ = name
    return tuple(replace(rung, multiply=named) if rung.name == name else rung for rung in RUNGS)


@pytest.mark.compilation
def test_exit_code_1_when_a_rung_disagrees(monkeypatch, capsys, tmp_path):
    result = tmp_path / "ladder.json"
    monkeypatch.setattr(measuring, "RUNGS", with_rung("tiles", partial(without_last_column, product)))
    assert in_process(monkeypatch, "--size", "40", "--budget", "1", "--json", str(result)) == 1
    output = capsys.readouterr().out
    assert re.search(r"3 tiles +✗ exact +n/a", output)
    assert "tiles disagrees: C[" in output
    rows = {row["name"]: row for row in json.loads(result.read_text())["ladder"]["rows"]}
    assert rows["tiles"]["step_seconds"] is None
    assert rows["packing"]["times_below"]["vs"] == "unroll_and_jam"  # the next one that there is


@pytest.mark.compilation
def test_what_does_not_fit_the_budget_is_left_out():
    ladder = climb((330, 330, 330), budget=0.04)
    rows = {row.name: row for row in ladder.rows}
    assert rows["slide"].note.startswith("n/a: one product would take ")
    assert rows["slide"].step_seconds is None
    assert ladder.reference in EXACT[1:]
    assert ladder.agreed
    assert rows["prefetch"].gflops > 0
    assert rows["prefetch"].times_slide is None


@pytest.mark.compilation
@pytest.mark.parametrize("moment", ["agreement", "race"])
def test_ctrl_c_keeps_what_was_measured(monkeypatch, capsys, moment):
    calls = []

    def interrupted(A, B):
        calls.append(len(A))
        if len(calls) == (1 if moment == "agreement" else 12):
            raise KeyboardInterrupt
        return product(A, B)

    monkeypatch.setattr(measuring, "RUNGS", with_rung("threads", interrupted))
    monkeypatch.setattr(
        interleaved, "SAMPLE_SECONDS", 0.0
    )  # one call a sample, so that the twelfth is in the midst of it
    assert in_process(monkeypatch, "--size", "40", "--budget", "1") == 130
    said = capsys.readouterr()
    assert "stopped by Ctrl-C; this is what was measured until then" in said.err
    assert "0 slide" in said.out
    assert ("n/a: stopped before it was measured" in said.out) == (moment == "agreement")


@pytest.mark.compilation
def test_help_shows_an_example_and_the_schema():
    said = " ".join(run("--help", columns=160).stdout.split())
    assert "loopwise ladder --shape 256,784,10000" in said
    assert "times_below" in said


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
assert ladder.agreed and ladder.peak_gflops == {} and len(ladder.rows) == 9
"""


def test_without_the_compiler_every_rung_still_works():
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    finished = subprocess.run([sys.executable, "-c", WITHOUT_COMPILER], env=environment, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr


def test_numba_tuned_stands_on_the_top_rung():
    A, B = work_of((9, 8, 25)).inputs.values()
    assert bits(get_implementation("numba_tuned").matmul(A, B)) == bits(rung_named("threads")(A, B))
