"""The asv suite: the speed of every implementation over the project's history. `make bench` runs it.

Thin: the work comes from `loopwise.workloads`. asv imports this file first in every process, so this is the place for
what must be fixed before NumPy and Numba are imported.
"""

import os
from pathlib import Path

# BLAS, OpenMP and Numba: as many threads each, every core unless the environment sets one of them a limit.
# (Commits of former days are measured with this, too: nothing of loopwise is imported here.)
LIMITS = [f"{library}_NUM_THREADS" for library in ("NUMBA", "OMP", "OPENBLAS", "MKL", "BLIS")]
LIMITS += ["VECLIB_MAXIMUM_THREADS"]
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
THREADS = str(min((int(os.environ[name].split(",")[0]) for name in LIMITS if os.environ.get(name)), default=CORES))
os.environ.update(dict.fromkeys(LIMITS, THREADS))

# Compiled code is kept for each commit: to measure one again, or another benchmark of it, compiles nothing twice.
if "ASV_COMMIT" in os.environ:
    kept = Path(__file__).resolve().parents[1] / ".asv" / "compiled" / os.environ["ASV_COMMIT"]
    os.environ.setdefault("NUMBA_CACHE_DIR", str(kept))
