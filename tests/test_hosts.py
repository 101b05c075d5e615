"""numba_tuned on other processors: plain x86-64, AVX2 and, lane by lane, the registers of AVX-512.

Each runs in a process of its own with an empty cache. Registers that the host lacks are no matter: LLVM makes two or
four instructions of one, so that tiles and edges are those of the other processor.
"""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from loopwise.kernels import _host
dtype, *registers = sys.argv[1:]
if registers:
    _host.VECTOR_BYTES, _host.TILE_ROWS = map(int, registers)
from contract import hold
from loopwise import get_implementation, workloads
from loopwise.datasets import one_hot, synthetic
tuned = get_implementation("numba_tuned")
for layout in ("C", "F"):
    for m in (7, 701):
        X, labels, _ = synthetic(m, 30, 3, seed=0)
        hold(tuned, workloads.network(X, one_hot(labels, 3), [21, 9, 3], "tanh").arranged(dtype, layout))
    hold(tuned, workloads.operation("logistic_step", 1, 103, 101).arranged(dtype, layout))
    hold(tuned, workloads.operation("matmul", 67, 35, 31).arranged(dtype, layout))
print(_host.VECTOR_BYTES, _host.TILE_ROWS)
"""
NAMED = {"generic": (["float32"], "16 4"), "x86-64-v3": (["float64"], "32 4")}
REGISTERS = {"as AVX-512": (["float64", "64", "8"], "64 8"), "as NEON": (["float32", "16", "8"], "16 8")}


@pytest.mark.compilation
@pytest.mark.parametrize("host", [*NAMED, *REGISTERS])
def test_every_kind_of_register_keeps_the_contract(tmp_path, host):
    if host in NAMED and platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("names an x86-64 processor")
    arguments, expected = (NAMED | REGISTERS)[host]
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parent)}
    if host in NAMED:
        environment["NUMBA_CPU_NAME"] = host
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.strip() == expected
