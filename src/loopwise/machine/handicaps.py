"""What holds a contender down: in the environment, in what the system allows, and in what else runs.

A ratio that was measured under one of these says less of the contenders than of it. Each is a line of text.
"""

import os
import subprocess
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil
import threadpoolctl

from ..errors import OptionError
from ..process.child_process import python
from ..process.environment import LIMITS, cores, limit_of
from .load import TASKS

# What chooses a BLAS's kernels, or takes instructions from NumPy; the numbers of threads are told apart from these.
BLAS_VARIABLES = ("OPENBLAS_", "MKL_", "BLIS_", "NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES")
HARMLESS = {*LIMITS, "OPENBLAS_VERBOSE", "MKL_VERBOSE", "MKL_THREADING_LAYER", "MKL_INTERFACE_LAYER"}
# Variables with which Numba makes slower code, and the values with which it does not.
NUMBA_VARIABLES = {
    "NUMBA_DISABLE_JIT": ("0",),
    "NUMBA_BOUNDSCHECK": ("0",),
    "NUMBA_DEBUGINFO": ("0",),
    "NUMBA_OPT": ("3", "max"),
    "NUMBA_ENABLE_AVX": ("1",),
    "NUMBA_LOOP_VECTORIZE": ("1",),
    "NUMBA_CPU_NAME": (),
    "NUMBA_CPU_FEATURES": (),
}
# How OpenMP's threads wait, and where they may run.
OPENMP_VARIABLES = ("OMP_WAIT_POLICY", "OMP_PROC_BIND", "OMP_PLACES", "OMP_DYNAMIC", "OMP_SCHEDULE")
OPENMP_VARIABLES += ("GOMP_SPINCOUNT", "GOMP_CPU_AFFINITY", "KMP_AFFINITY", "KMP_BLOCKTIME", "KMP_LIBRARY")
CGROUP, OWN_GROUP = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
CPUFREQ = Path("/sys/devices/system/cpu/cpu0/cpufreq")
SCALES_BY_LOAD = ("intel_pstate", "amd-pstate-epp")  # drivers whose governor "powersave" is the usual one
BUSY = 0.1  # cores that others use, from which on it is told
BLAS_KERNELS = """
import numpy
from loopwise.machine.handicaps import kernels
print(kernels())
"""


def handicaps(thread_count=1):
    """What is known before anything is measured: a list of lines, empty where nothing holds anybody down."""
    too_many = [f"{thread_count} threads share {cores()} cores"] if thread_count > cores() else []
    return [*held_blas(), *held_numba(), *held_threads(), *too_many, *held_cores(), *held_frequency()]


def held_blas():
    """Variables that choose another BLAS kernel than this processor would have, or other instructions."""
    given = (name for name, value in os.environ.items() if value)
    names = sorted(name for name in given if name.startswith(BLAS_VARIABLES) and name not in HARMLESS)
    if not names:
        return
    said = ", ".join(f"{name}={os.environ[name]}" for name in names)
    runs, would = kernels(), kernels_without(tuple(names))
    if would and runs != would:
        yield f"NumPy multiplies with {runs} kernels, without {said} it would be {would}"
    else:
        yield f"NumPy's BLAS is told what to do: {said}"


def kernels():
    """The kernels of NumPy's BLAS: of the one in its own folder, or of all, where that of the system serves it."""
    pools = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    own = [pool for pool in pools if "numpy" in pool["filepath"]] or pools
    return " ".join(sorted({pool.get("architecture") or "?" for pool in own})) or "unknown"


@cache
def kernels_without(names):
    """The kernels that NumPy would run without some variables: asked of another process; empty where it fails."""
    clean = {name: value for name, value in os.environ.items() if name not in names}
    asked = subprocess.run(python(BLAS_KERNELS), env=clean, capture_output=True, text=True)
    return asked.stdout.strip()


def held_numba():
    """Variables with which Numba makes slower code, or other threads than usual."""
    for name, usual in NUMBA_VARIABLES.items():
        value = os.environ.get(name, "")
        if value and value not in usual:
            yield f"Numba compiles otherwise than usual: {name}={value}"
    for name in OPENMP_VARIABLES:
        if os.environ.get(name):
            yield f"OpenMP's threads are told what to do: {name}={os.environ[name]}"


def held_threads():
    """Variables that allow fewer threads than there are cores."""
    for name in LIMITS:
        with suppress(OptionError):  # a value that is no number limits nothing
            limit = limit_of(name)
            if limit is not None and limit < cores():
                yield f"{name}={limit} on {cores()} cores"


def held_cores():
    """A container's share of the cores, or those that this process may not use."""
    quota = cpu_quota()
    if quota is not None and quota < cores():
        yield f"this container may use {quota:g} of {cores()} cores (CPU quota)"
    if cores() < (os.cpu_count() or 1):
        yield f"this process may use {cores()} of {os.cpu_count()} cores (affinity)"


def cpu_quota(root=CGROUP, own=OWN_GROUP):
    """How many cores the control groups allow that this process is in; None where none sets a limit."""
    with suppress(OSError, StopIteration):
        lines = own.read_text().splitlines()
        path = next(line.removeprefix("0::/") for line in lines if line.startswith("0::/"))
        groups = [root / path, *(root / path).parents]
        quotas = [quota_of(group) for group in groups[: groups.index(root) + 1]]
        return min((quota for quota in quotas if quota is not None), default=None)
    return quota_of(root)


def quota_of(root):
    """How many cores one control group allows; None where it sets no limit."""
    with suppress(OSError, ValueError, ZeroDivisionError):
        quota, period = (root / "cpu.max").read_text().split()
        return int(quota) / int(period)  # "max" is no number
    with suppress(OSError, ValueError, ZeroDivisionError):
        quota = int((root / "cpu/cpu.cfs_quota_us").read_text())
        return quota / int((root / "cpu/cpu.cfs_period_us").read_text()) if quota > 0 else None
    return None


def held_frequency(root=CPUFREQ):
    """A governor that keeps the clock low, or a battery."""
    with suppress(OSError):
        governor, driver = ((root / name).read_text().strip() for name in ("scaling_governor", "scaling_driver"))
        if governor == "powersave" and driver not in SCALES_BY_LOAD:
            yield "the processor's clock is kept low (governor powersave)"
    with suppress(Exception):  # psutil has none on some systems, and some systems tell nonsense
        if psutil.sensors_battery().power_plugged is False:
            yield "the machine runs on its battery"


def held_by_load(load):
    """What others used while something was measured, from `Load`."""
    if load["other_programs"] >= BUSY:
        unseen = "" if TASKS.exists() else "; this system does not tell in which samples"
        yield f"other programs kept {load['other_programs']:g} cores busy meanwhile{unseen}"
    if load["host"] >= BUSY:
        yield f"the host took {load['host']:g} cores from this virtual machine meanwhile"
