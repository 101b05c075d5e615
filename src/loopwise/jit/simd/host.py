"""What the host's registers hold: decided by the features that Numba compiles for."""

import platform

import llvmlite.binding as llvm
from numba import config

# Levels of x86-64 that NUMBA_CPU_NAME can name instead of a processor.
LEVELS = {"x86-64-v3": {"avx2", "fma"}, "x86-64-v4": {"avx2", "fma", "avx512f", "avx512dq", "avx512vl"}}


def features():
    """The names of the instruction sets that compiled code may use."""
    if config.CPU_FEATURES is not None:
        return {name[1:] for name in config.CPU_FEATURES.split(",") if name.startswith("+")}
    if config.CPU_NAME in (None, "host"):
        return {name for name, present in llvm.get_host_cpu_features().items() if present}
    return LEVELS.get(config.CPU_NAME, set())


def vector_bytes(features):
    """The width of a register: AVX-512, AVX2; NEON and plain x86-64 have 16 bytes."""
    if {"avx512f", "avx512vl", "avx512dq"} <= features:
        return 64
    return 32 if "avx2" in features else 16


def has_neon():
    """Whether the processor is an ARM of 64 bits: all have NEON, whether LLVM tells its features or not."""
    return platform.machine().lower() in ("arm64", "aarch64")


CACHE_LINE_BYTES = 64
VECTOR_BYTES = vector_bytes(features())
# A tile's sums stay in registers: 4 × 3 of 16 leave room for three vectors of b and one number of a; AVX-512 and NEON
# have 32 registers.
TILE_ROWS = 8 if VECTOR_BYTES == 64 or has_neon() else 4
TILE_VECTORS = 3
