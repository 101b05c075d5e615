"""The machine's limits: the kernels do what is counted, the limits fit each other, the rule, the command. No times."""

import numba
import numpy as np
import pytest
from helpers.limits_by_hand import BY_HAND, KIB, KNOWN

from loopwise import workloads
from loopwise.errors import LoopwiseError, OptionError
from loopwise.jit.turns import ONE_AT_A_TIME
from loopwise.machine import limits
from loopwise.machine.caches import Cache
from loopwise.machine.card import card, cores
from loopwise.measure.comparison import compare
from loopwise.report.roofline import roofline_figure


@pytest.fixture(scope="module")
def measured():
    """Everything, once, with as many threads as there are cores."""
    return limits.measure(cores(), seconds=0.1)


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
    for by_dtype in measured.other_peaks_gflops.values():
        assert set(by_dtype) == set(limits.DTYPES)
        assert all(0 < by_dtype[dtype][count] < 1e6 for dtype in limits.DTYPES for count in measured.threads)


@pytest.mark.compilation
def test_all_threads_do_at_least_what_one_does(measured):
    most, read, peak = max(measured.threads), measured.read_gbytes_per_s, measured.peak_gflops
    rates = [*read.values(), measured.triad_gbytes_per_s, *peak.values()]
    assert all(by_threads[most] >= by_threads[1] for by_threads in rates)


def test_a_busy_core_does_not_make_two_threads_less_than_one():
    rates = {1: 45.0, 2: 16.0, 4: 170.0}
    for kind in ("peak", "apart"):
        best = {limits.Quantity(kind, "float64", threads): rate for threads, rate in rates.items()}
        found, expected = limits.limits_from_rates(best, KNOWN), {"float64": {1: 45.0, 2: 45.0, 4: 170.0}}
        assert (found.peak_gflops if kind == "peak" else found.other_peaks_gflops["apart"]) == expected


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


# === the command ======================================================================================


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
