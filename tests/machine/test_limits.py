"""The machine's limits: the kernels do what is counted, the limits fit each other, the rule, the command. No times."""

import json
import os
import subprocess
import sys

import numba
import numpy as np
import pytest
from matplotlib.image import imread

from loopwise import workloads
from loopwise.commands.app import main
from loopwise.errors import LoopwiseError, OptionError
from loopwise.jit.simd.host import TILE_ROWS, TILE_VECTORS
from loopwise.jit.turns import ONE_AT_A_TIME
from loopwise.machine import limit_kernels as kernels
from loopwise.machine import limits
from loopwise.machine.caches import Cache, caches
from loopwise.machine.card import card, cores
from loopwise.measure.comparison import compare
from loopwise.report.cells import of_limit
from loopwise.report.machine import limits_table, size_label
from loopwise.report.roofline import roofline_figure

KIB = 2**10
KNOWN = (Cache("L1", 32 * KIB, 4), Cache("L2", 1024 * KIB, 4), Cache("L3", 8192 * KIB, 2))
BY_HAND = limits.Limits(
    threads=(1, 4),
    caches=KNOWN,
    read_gbytes_per_s={"L1": {1: 100.0, 4: 400.0}, "L2": {1: 50.0, 4: 200.0}, "DRAM": {1: 10.0, 4: 20.0}},
    read_buffer_bytes={
        "L1": {1: 16 * KIB, 4: 64 * KIB},
        "L2": {1: 512 * KIB, 4: 2048 * KIB},
        "DRAM": {1: 2**30, 4: 2**30},
    },
    triad_gbytes_per_s={1: 9.0, 4: 18.0},
    peak_gflops={"float64": {1: 30.0, 4: 120.0}, "float32": {1: 60.0, 4: 240.0}},
)


@pytest.fixture(scope="module")
def measured():
    """Everything, once, with as many threads as there are cores."""
    return limits.measure(cores(), seconds=0.1)


# === the kernels ======================================================================================


@pytest.mark.parametrize("dtype", limits.DTYPES)
@pytest.mark.parametrize("parts", [1, 3])
def test_what_is_read_is_everything_as_often_as_asked(dtype, parts):
    tile = kernels.tile_size(np.empty(1, dtype))
    x = np.arange(5 * tile * parts).astype(dtype) % 7
    sums = kernels.read_parts(x, parts, 2)
    assert sums.tolist() == [2 * part.sum() for part in np.split(x.astype(np.float64), parts)]


@pytest.mark.parametrize("parts", [1, 3])
def test_triad_is_b_plus_s_times_c_everywhere(parts):
    size = 4 * kernels.tile_size(np.empty(1)) * parts
    a, b, c = np.full(size, np.nan), np.arange(size) * 1.0, np.arange(size) * 10.0
    kernels.triad_parts(a, b, c, 3.0, parts, 1)
    np.testing.assert_array_equal(a, b + 3 * c)


@pytest.mark.parametrize("dtype", limits.DTYPES)
@pytest.mark.parametrize("parts", [1, 3])
def test_every_operation_that_is_counted_is_done(dtype, parts):
    """Times 1 plus 1, begun at 0: every number counts its own multiply-adds."""
    zeros, one = np.zeros(kernels.tile_size(np.empty(1, dtype)), dtype), np.dtype(dtype).type(1)
    sums = kernels.multiply_adds_parts(zeros, one, one, parts, 100)
    bench = limits.Bench([], 1, KNOWN)
    assert 2 * sums.sum() == 100 * bench.multiply_adds(np.dtype(dtype), parts)[1]


@pytest.mark.parametrize("dtype", limits.DTYPES)
def test_the_numbers_multiplied_stay_ordinary(dtype):
    run, _ = limits.Bench([], 1, KNOWN).multiply_adds(np.dtype(dtype), 1)
    for count in (1, 10, 10_000):
        mean = run(count).sum() / kernels.tile_size(np.empty(1, dtype))
        assert 1 <= mean <= 2


def test_every_page_is_touched():
    x = np.zeros(3 * 1000)
    kernels.touch(x, 3, 2.5)
    assert (x == 2.5).all()


@pytest.mark.compilation
@pytest.mark.parametrize("dtype", limits.DTYPES)
def test_the_sums_stay_in_registers(dtype):
    """A spilled register is a store in the loop: between the first and the last multiply-add nothing goes to memory."""
    compiled = numba.njit(kernels.multiply_adds.py_func)  # code from the cache cannot be read
    ones = np.ones(kernels.tile_size(np.empty(1, dtype)), dtype)
    compiled(ones, ones[0], ones[0], 1)
    (assembly,) = compiled.inspect_asm().values()
    lines = assembly.splitlines()
    fused = [place for place, line in enumerate(lines) if "vfmadd" in line]
    if not fused:
        pytest.skip("no instruction that multiplies and adds")
    loop = lines[fused[0] : fused[-1] + 1]
    assert not [line for line in loop if "rsp" in line or "rbp" in line]
    # As many as the tile holds, and not one of them done for another.
    assert len(fused) % (TILE_ROWS * TILE_VECTORS) == 0


# === the bench ========================================================================================


def test_buffers_begin_with_a_cache_line_and_parts_are_whole_tiles():
    bench = limits.Bench([limits.Quantity("triad", "DRAM", 2)], 2, KNOWN)
    assert len(bench.arrays) == 3
    for array in bench.arrays:
        assert array.ctypes.data % limits.LINE == 0
        assert len(array) % (2 * bench.tile) == 0
        assert (array == 1.0).all()


def test_work_is_counted_in_bytes():
    quantities = [limits.Quantity("read", "L1", 2), limits.Quantity("triad", "DRAM", 2)]
    bench = limits.Bench(quantities, 2, KNOWN)
    read, work = bench.work(quantities[0])
    assert work == 8 * read(1).sum()  # ones: the sum is how many were read
    assert 0.9 * 32 * KIB < work <= 32 * KIB
    _, work = bench.work(quantities[1])
    assert work == 24 * len(bench.arrays[0])


@pytest.mark.parametrize(
    ("level", "threads", "size"),
    [("L1", 1, 16 * KIB), ("L1", 4, 64 * KIB), ("L2", 8, 2048 * KIB), ("L3", 1, 4096 * KIB), ("L3", 4, 8192 * KIB)],
)
def test_a_level_is_measured_with_half_of_what_it_holds(level, threads, size):
    assert limits.buffer_bytes(level, threads, KNOWN) == size


def test_a_level_is_measured_with_more_than_the_one_before_holds():
    known = Cache("L2", 2048 * KIB, 8), Cache("L3", 16384 * KIB, 1)
    assert limits.buffer_bytes("L3", 8, known) > known[0].holds_bytes(8)


def test_dram_is_measured_with_four_times_all_caches():
    assert limits.buffer_bytes("DRAM", 1, (Cache("L3", 12 * 2**20, 2),)) == 4 * 24 * 2**20
    assert limits.buffer_bytes("DRAM", 1, (Cache("L2", 256 * KIB, 2),)) == limits.LEAST_IN_DRAM
    assert limits.buffer_bytes("DRAM", 1, (Cache("L3", 2**30, 8),)) <= limits.MOST_IN_DRAM


# === what was measured ================================================================================


@pytest.mark.compilation
def test_limits_fit_each_other(measured):
    assert measured.threads == tuple(sorted({1, cores()}))
    read, peak = measured.read_gbytes_per_s, measured.peak_gflops
    assert list(read) == [*(cache.name for cache in measured.caches), "DRAM"]
    rates = [*read.values(), measured.triad_gbytes_per_s, *peak.values()]
    assert all(set(by_threads) == set(measured.threads) for by_threads in rates)
    assert all(0 < rate < 1e6 for by_threads in rates for rate in by_threads.values())
    # One thread needs one core, which even a busy machine gives it now and then.
    assert read["L1"][1] > 0.9 * read["DRAM"][1]
    assert peak["float32"][1] > 1.4 * peak["float64"][1]


@pytest.mark.compilation
def test_all_threads_do_at_least_what_one_does(measured):
    most, read, peak = max(measured.threads), measured.read_gbytes_per_s, measured.peak_gflops
    rates = [*read.values(), measured.triad_gbytes_per_s, *peak.values()]
    assert all(by_threads[most] >= by_threads[1] for by_threads in rates)


def test_a_busy_core_does_not_make_two_threads_less_than_one():
    rates = {1: 45.0, 2: 16.0, 4: 170.0}
    best = {limits.Quantity("peak", "float64", threads): rate for threads, rate in rates.items()}
    assert limits.sorted_out(best, KNOWN).peak_gflops == {"float64": {1: 45.0, 2: 45.0, 4: 170.0}}


@pytest.mark.compilation
def test_measuring_takes_its_turn_and_leaves_the_threads_as_they_were():
    before = numba.get_num_threads()
    only = [limits.Quantity("peak", "float64", 2)]
    with ONE_AT_A_TIME:  # its own thread may enter
        found = limits.measure(2, only=only, seconds=0.01)
    assert numba.get_num_threads() == before
    assert found.peak_gflops.keys() == {"float64"}
    assert not found.read_gbytes_per_s


def test_without_the_compiler_it_is_one_line(monkeypatch, capsys):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    with pytest.raises(LoopwiseError, match="compiled code, and NUMBA_DISABLE_JIT=1"):
        limits.measure(1)


def test_too_many_threads_are_refused():
    if not numba.config.DISABLE_JIT:
        with pytest.raises(OptionError, match="threads is 1000"):
            limits.measure(1000)


# === the rule =========================================================================================


@pytest.mark.parametrize(
    ("flops", "size", "threads", "seconds"),
    [
        (0, 32 * KIB, 1, 32 * KIB / 100e9),  # fits L1
        (0, 32 * KIB + 1, 1, (32 * KIB + 1) / 50e9),  # not any more
        (0, 128 * KIB, 4, 128 * KIB / 400e9),  # four threads have four of them
        (0, 2**30, 1, 2**30 / 10e9),
        (0, 2**30, 4, 2**30 / 20e9),
        (10**12, 2**30, 4, 10**12 / 120e9),  # arithmetic takes longer than traffic
    ],
)
def test_the_rule(flops, size, threads, seconds):
    assert BY_HAND.of(flops, size, "float64", threads) == pytest.approx(seconds, rel=1e-12)


def test_the_rule_knows_the_number_type():
    assert BY_HAND.of(10**12, 1, "float64", 1) == 2 * BY_HAND.of(10**12, 1, "float32", 1)


def test_what_was_not_measured_is_refused():
    with pytest.raises(OptionError, match="no limit was measured for float64, L1 and threads = 3"):
        BY_HAND.of(1, 1, "float64", 3)


def test_a_share_is_of_the_least_time():
    work = workloads.operation("matmul", units=32, features=32, examples=32)
    least = BY_HAND.of(work.flops, work.bytes, "float64", 4)
    assert BY_HAND.share(work, 4 * least, 4) == pytest.approx(0.25)


# === the machine's caches =============================================================================


def test_caches_are_counted_once_however_many_cores_share_them(tmp_path):
    usable = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    for cpu in usable:
        levels = ("1", "Data", "48K", str(cpu)), ("1", "Instruction", "32K", str(cpu)), ("3", "Unified", "30M", "all")
        for index, told in enumerate(levels):
            folder = tmp_path / f"cpu{cpu}" / "cache" / f"index{index}"
            folder.mkdir(parents=True)
            for name, text in zip(("level", "type", "size", "shared_cpu_list"), told):
                (folder / name).write_text(text + "\n")
    if usable:
        assert caches(tmp_path) == (Cache("L1", 48 * KIB, len(usable)), Cache("L3", 30 * KIB * KIB, 1))


def test_where_the_system_tells_nothing_usual_caches_are_assumed(tmp_path):
    assert [cache.name for cache in caches(tmp_path)] == ["L1", "L2", "L3"]
    assert all(cache.assumed for cache in caches(tmp_path))


# === the command ======================================================================================


def command(*arguments, **environment):
    """`loopwise machine` in a process of its own."""
    line = [sys.executable, "-c", "from loopwise.commands.app import main; main()", "machine", *arguments]
    environment = os.environ | {"COLUMNS": "80", "NO_COLOR": "1"} | environment
    return subprocess.run(line, capture_output=True, text=True, env=environment)


@pytest.fixture
def quick(monkeypatch):
    """The command in this process, without the seconds that measuring takes; returns its exit code."""
    monkeypatch.setattr(limits, "measure", lambda threads, progress: BY_HAND)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["loopwise", "machine", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0

    return run


@pytest.mark.compilation
def test_json_on_standard_output_is_the_card_and_the_limits():
    finished = command("--threads", "1", "--json", "-")
    assert finished.returncode == 0, finished.stderr
    told = json.loads(finished.stdout)
    assert told["machine"]["threads"] == 1
    assert set(told["limits"]) == {
        *("threads", "caches", "read_gbytes_per_s", "read_buffer_bytes", "triad_gbytes_per_s", "peak_gflops"),
    }
    assert told["limits"]["peak_gflops"]["float32"]["1"] > 0
    assert told["limits"]["caches"][0].keys() == {"name", "size_bytes", "count", "assumed"}


def test_no_compiler_is_exit_code_2():
    finished = command(NUMBA_DISABLE_JIT="1")
    assert finished.returncode == 2
    assert finished.stderr == "loopwise: limits are measured by compiled code, and NUMBA_DISABLE_JIT=1 is set\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--threads", "0"), "threads is 0; expected 1 to"),
        (("--json", "no/folder/x.json"), "there is no folder no/folder"),
        (("--plot", "roof.txt"), "expected a name that ends in"),
        (("--plot", "x.svg", "--json", "x.svg"), "name the same file"),
    ],
)
def test_bad_input_is_one_line(quick, capsys, arguments, said):
    assert quick(*arguments) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_ctrl_c_is_a_word_and_130(quick, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(limits, "measure", interrupted)
    assert quick() == 130
    assert "stopped" in capsys.readouterr().err


def test_files_are_written(quick, monkeypatch, tmp_path, capsys):
    work = workloads.operation("matmul", units=64, features=64, examples=64)
    monkeypatch.setattr("loopwise.measure.roofline.measured_points", lambda *_, **__: [(work, "numba_parallel", 50.0)])
    figure, file = tmp_path / "roof.png", tmp_path / "limits.json"
    assert quick("--plot", str(figure), "--json", str(file)) == 0
    assert json.loads(file.read_text())["limits"]["read_gbytes_per_s"]["DRAM"] == {"1": 10.0, "4": 20.0}
    assert imread(figure).shape[1] == 1596
    out = capsys.readouterr().out
    assert "multiply-add float64" in out
    assert "read L2: 512 KiB, 2 MiB" in out


def test_the_table_says_when_the_machine_was_busy():
    machine = card(4)
    calm = str(limits_table(BY_HAND, machine).caption)
    busy = limits.Limits(**{**vars(BY_HAND), "peak_gflops": {"float64": {1: 30.0, 4: 31.0}}})
    assert "using the cores" not in calm
    assert "using the cores" in str(limits_table(busy, machine).caption)


def test_sizes_read_well():
    assert [size_label(size) for size in (16 * KIB, 1536 * KIB, 2**30)] == ["16 KiB", "1.5 MiB", "1 GiB"]


def test_the_roof_is_the_lower_of_slope_and_ceiling():
    figure = roofline_figure(BY_HAND, card(4))
    (panel,) = figure.axes
    roofs = [line.get_xydata() for line in panel.lines if len(line.get_xydata()) == 3]
    assert len(roofs) == 2
    for roof, slope, peak in zip(roofs, (10.0, 20.0), (30.0, 120.0)):
        np.testing.assert_allclose(roof[:, 1], np.minimum(peak, slope * roof[:, 0]))
        assert roof[1] == pytest.approx([peak / slope, peak])


# === of_limit in compare ==============================================================================


@pytest.mark.compilation
def test_a_product_of_matrices_reaches_a_share_of_the_limit():
    work = workloads.operation("matmul", units=128, features=128, examples=128)
    comparison = compare(work, ["numba_loops", "numpy_vectorized"], budget=2.0, thread_count=1)
    shares = {row["implementation"]: row["of_limit"] for row in comparison.as_dict()["rows"]}
    assert 0 < shares["numba_loops"] < shares["numpy_vectorized"]
    if numba.config.CPU_NAME in (None, "host"):  # BLAS has the host's registers, whatever the limit was measured with
        assert shares["numpy_vectorized"] < 1.2
    least = comparison.limits.of(work.flops, work.bytes, "float64", 1)
    for row in comparison.rows:
        assert shares[row.implementation] == pytest.approx(least / row.step_seconds["median"])


def test_without_the_compiler_there_is_no_share(monkeypatch):
    monkeypatch.setattr(limits, "measurable", lambda: False)
    work = workloads.operation("matmul", units=4, features=4, examples=4)
    comparison = compare(work, ["numpy_vectorized"], budget=1.0)
    assert comparison.as_dict()["rows"][0]["of_limit"] is None


def test_shares_read_well():
    shares = [0.62, 1.04, 0.146, 0.0949, 0.0012, 0.0004]
    assert [of_limit(share) for share in shares] == [["62 %"], ["104 %"], ["15 %"], ["9 %"], ["0.1 %"], ["< 0.1 %"]]
    assert of_limit(None) == []
