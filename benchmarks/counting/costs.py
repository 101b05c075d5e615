"""Count what steps cost, on any machine alike.

Everything is compiled for a processor whose instructions every machine of today has: x86-64 with AVX2 (valgrind 3.19
knows no AVX-512), one thread, the same BLAS kernels. A first process fills an empty folder with compiled code, a second
one loads it, and counts.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
# As many features as LLVM gives to x86-64-v3, by name, so that nothing of the host gets into the key of the cache.
FEATURES = (
    "avx avx2 bmi bmi2 cmov cx16 cx8 f16c fma fxsr lzcnt mmx movbe popcnt sahf sse sse2 sse3 sse4.1 sse4.2 ssse3 xsave"
)
FIXED = {
    "NUMBA_CPU_NAME": "x86-64-v3",
    "NUMBA_CPU_FEATURES": ",".join(f"+{name}" for name in FEATURES.split()),
    "NPY_DISABLE_CPU_FEATURES": "",
    "OPENBLAS_CORETYPE": "Haswell",
    "PYTHONHASHSEED": "0",
}
FIXED |= {f"{library}_NUM_THREADS": "1" for library in ("NUMBA", "OMP", "OPENBLAS", "MKL", "BLIS")}
CPUINFO = Path("/proc/cpuinfo")
HAS_AVX2 = platform.machine() == "x86_64" and CPUINFO.exists() and "avx2" in CPUINFO.read_text()
NO_COUNTS = None if HAS_AVX2 else "this machine is no x86-64 with Linux and AVX2"
NO_INSTRUCTIONS = NO_COUNTS or (None if shutil.which("valgrind") else "valgrind is not installed")
VALGRIND = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--quiet"]


def counted(cells, source=None, python=sys.executable):
    """What one call of each costs.

    Parameters
    ----------
    cells : sequence of (str, str)
        Implementations and works of `counts.WORKS`.
    source : path, optional
        Where another loopwise than the installed one lies.
    python : str

    Returns
    -------
    dict
        For each cell that could be counted: `instructions`, where valgrind is installed; `allocated`, the bytes at the
        peak of a call; `signatures`, of kernels that it called; `machine_code`, the bytes of their instructions.
    """
    with TemporaryDirectory() as folder:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_", "OPENBLAS_"))
        }
        path = os.pathsep.join(map(str, [HERE, *filter(None, [source]), HERE.parents[1]]))
        environment |= FIXED | {"NUMBA_CACHE_DIR": folder, "PYTHONPATH": path}
        program = [python, "-P", str(HERE / "program.py"), json.dumps(list(cells))]
        found = lines(program, environment)
        if NO_INSTRUCTIONS is None:
            out = f"--callgrind-out-file={folder}/instructions.%p"
            found = lines([*VALGRIND, out, *program, "--instructions"], environment)
        else:
            found = lines(program, environment)  # with everything compiled
        return {(name, work): costs | instructions(Path(folder), process) for name, work, process, costs in found}


def lines(command, environment):
    """What the program says."""
    finished = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in finished.stdout.splitlines()]


def instructions(folder, process):
    """The median of the calls that callgrind counted; each has a file."""
    files = folder.glob(f"instructions.{process}.*")
    counts = [
        int(line.split()[1]) for file in files for line in file.read_text().splitlines() if line.startswith("totals:")
    ]
    return {"instructions": statistics.median(counts)} if counts else {}
