"""numba_tuned, and the product that numba_parallel shares with it, on other processors.

Plain x86-64, AVX2 and, lane by lane, the registers of NEON.

Each runs in a process of its own. Registers that the host lacks are no matter: LLVM makes two or four instructions of
one, so that tiles and edges are those of the other processor. Those that the host has are left to the contract suite,
and so are AVX-512's: with them the suite runs in `make test-legs`.
"""

import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.registers import SHAPES, VARIABLE

from loopwise.jit.simd.host import TILE_ROWS, VECTOR_BYTES

PROGRAM = """
import sys
from helpers import registers  # before any kernel is made
from helpers.contract import hold, network_workloads, operation_workloads
from helpers.simd_programs import compiled, sizes
import numpy as np
from loopwise import get_implementation
tuned, parallel, dtype = get_implementation("numba_tuned"), get_implementation("numba_parallel"), sys.argv[1]
for layout in ("C", "F"):
    for work in network_workloads(layout, dtype):
        hold(tuned, work)
    for name in ("logistic_step", "matmul"):
        for work in operation_workloads(name, layout, dtype):
            hold(tuned, work)
    for work in operation_workloads("matmul", layout, dtype):
        hold(parallel, work)
print(compiled(sizes)(np.zeros(1, dtype)))
"""
NAMED = {"generic": ("float32", "x86-64"), "x86-64-v3": ("float64", "AVX2")}
REGISTERS = {"as NEON": ("float32", "NEON")}
OWN = VECTOR_BYTES, TILE_ROWS
OTHERS = [host for host, (_, kind) in (NAMED | REGISTERS).items() if SHAPES[kind] != OWN]


@pytest.mark.compilation
@pytest.mark.parametrize("host", OTHERS)
def test_every_kind_of_register_keeps_the_contract(host):
    if host in NAMED and platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("names an x86-64 processor")
    dtype, kind = (NAMED | REGISTERS)[host]
    vector, rows = SHAPES[kind]
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE and "NUMBA_CPU" not in name}
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    environment |= {"NUMBA_CACHE_DIR": str(Path(".pytest_cache", "hosts").absolute()), "PYTHONPATH": path}
    if host in NAMED:
        environment["NUMBA_CPU_NAME"] = host
    else:
        environment[VARIABLE] = f"{vector},{rows}"
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM, dtype], env=environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    lanes = vector // np.dtype(dtype).itemsize
    assert finished.stdout.strip() == str((lanes, (rows, 3 * lanes)))
