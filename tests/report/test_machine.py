"""The table of limits."""

from helpers.limits_by_hand import BY_HAND, KIB

from loopwise.machine import limits
from loopwise.machine.card import card
from loopwise.report.cells import of_limit
from loopwise.report.machine import limits_table, rows, size_label


def test_the_table_says_when_the_machine_was_busy():
    machine = card(4)
    calm = str(limits_table(BY_HAND, machine).caption)
    busy = limits.Limits(**{**vars(BY_HAND), "peak_gflops": {"float64": {1: 30.0, 4: 31.0}}})
    assert "using the cores" not in calm
    assert "using the cores" in str(limits_table(busy, machine).caption)


def test_peaks_are_told_by_how_the_registers_are_used():
    told = {name: by_threads for name, by_threads, _ in rows(BY_HAND)}
    bits = 8 * limits.VECTOR_BYTES
    assert told[f"multiply-add, {bits} bits, float64"] == {1: 30.0, 4: 120.0}
    assert told[f"multiply, then add, {bits} bits, float32"] == {1: 34.0, 4: 136.0}
    assert limits.way_label("half") == f"multiply-add, {bits // 2} bits"


def test_sizes_read_well():
    assert [size_label(size) for size in (16 * KIB, 1536 * KIB, 2**30)] == ["16 KiB", "1.5 MiB", "1 GiB"]


def test_shares_read_well():
    shares = [0.62, 1.04, 0.146, 0.0949, 0.0012, 0.0004]
    assert [of_limit(share) for share in shares] == [["62 %"], ["104 %"], ["15 %"], ["9 %"], ["0.1 %"], ["< 0.1 %"]]
    assert of_limit(None) == []
