"""The machine card: what a figure was measured on. Every result carries one."""

import os
import platform
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import numba
import threadpoolctl

from ..errors import OptionError, one_line
from ..process.environment import NUMBA_LAYER, cores, thread_limit


def default_threads():
    """Every core, or the smallest limit that the environment sets to OpenMP, BLAS or Numba."""
    return min(thread_limit(), numba.config.NUMBA_NUM_THREADS)


@contextmanager
def threads(count):
    """Give every contender the same number of threads, BLAS and Numba alike, while the `with` block runs.

    Raises
    ------
    OptionError
        More threads than Numba was started with (`NUMBA_NUM_THREADS`), or a threading layer that is not there.
    """
    if not 1 <= count <= numba.config.NUMBA_NUM_THREADS:
        raise OptionError(
            f"threads is {count}; expected 1 to {numba.config.NUMBA_NUM_THREADS} (NUMBA_NUM_THREADS at start)"
        )
    try:
        before = numba.get_num_threads()  # the first time, this starts Numba's threads
    except ValueError as error:
        layer = numba.config.THREADING_LAYER
        raise OptionError(f"{NUMBA_LAYER} is {layer!r}, which cannot be started: {one_line(error)}") from None
    numba.set_num_threads(count)
    try:
        with threadpoolctl.threadpool_limits(count):
            yield
    finally:
        numba.set_num_threads(before)


def card(thread_count):
    """Describe the machine.

    Returns
    -------
    dict
        cpu, cores, threads, threading_layer, blas, python, numpy, numba, loopwise, system, date.
    """
    return {
        "cpu": cpu_name(),
        "cores": cores(),
        "threads": thread_count,
        "threading_layer": threading_layer(),
        "blas": blas(),
        "python": platform.python_version(),
        **{package: version(package) for package in ("numpy", "numba", "loopwise")},
        "system": f"{platform.system()} {platform.machine()}",
        "date": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def card_line(card):
    """The card in one line, for the corner of a figure."""
    return (
        f"{card['cpu']}, {card['threads']} of {card['cores']} cores · numba {card['numba']} "
        f"({card['threading_layer']}) · numpy {card['numpy']} ({card['blas']}) · {card['date'][:10]}"
    )


def threading_layer():
    """omp, tbb or workqueue; "not started" before the first parallel call."""
    try:
        return numba.threading_layer()
    except ValueError:
        return "not started"


def blas():
    """The BLAS that NumPy calls, with its version and the kernels it chose."""
    pools = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    # SciPy may have brought another one along: NumPy's own stands in its folder.
    for pool in sorted(pools, key=lambda pool: "numpy" not in pool["filepath"]):
        return " ".join(str(pool[key]) for key in ("internal_api", "version", "architecture") if pool.get(key))
    return "unknown"


def cpu_name():
    """The processor's name, where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


# === caches ===========================================================================================


@dataclass(frozen=True)
class Cache:
    """One level: how large one of its caches is, and how many of them the cores of this process have."""

    name: str
    size_bytes: int
    count: int
    assumed: bool = False

    def holds_bytes(self, thread_count):
        """What so many threads can keep in it, each thread the share that is its own."""
        return self.size_bytes * min(thread_count, self.count)


CPUS = Path("/sys/devices/system/cpu")
UNITS = {"K": 2**10, "M": 2**20, "G": 2**30}


def caches(folder=CPUS):
    """The data caches, from the fastest to the largest, as Linux tells them; elsewhere what most machines have."""
    found = {}
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ()
    for place in (path for cpu in usable for path in folder.glob(f"cpu{cpu}/cache/index*")):
        try:
            level, kind, size, shared = (
                (place / name).read_text().strip() for name in ("level", "type", "size", "shared_cpu_list")
            )
            number = int(size[:-1]) * UNITS[size[-1]] if size[-1] in UNITS else int(size)
        except (OSError, ValueError, KeyError, IndexError):  # some hypervisors tell only half of it
            continue
        if kind != "Instruction" and number > 0:
            found.setdefault(int(level), {})[shared] = number
    if not found:
        usual = ("L1", 2**15, cores()), ("L2", 2**19, cores()), ("L3", 2**25, 1)
        return tuple(Cache(*cache, assumed=True) for cache in usual)
    return tuple(Cache(f"L{level}", min(sizes.values()), len(sizes)) for level, sizes in sorted(found.items()))


def memory_bytes():
    """How much memory the machine has; 4 GiB where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 4 * 2**30
