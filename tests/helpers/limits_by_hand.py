"""Limits of a machine that does not exist."""

from loopwise.machine import limits
from loopwise.machine.caches import Cache

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
    other_peaks_gflops={"apart": {"float64": {1: 17.0, 4: 68.0}, "float32": {1: 34.0, 4: 136.0}}},
)
