"""The machine card: what a figure was measured on. Every result carries one."""

import os
import platform
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import numba
import threadpoolctl

from ..errors import OptionError


def cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_threads():
    """Every core, or as many threads as Numba may use."""
    return min(cores(), numba.config.NUMBA_NUM_THREADS)


@contextmanager
def threads(count):
    """Give every contender the same number of threads, BLAS and Numba alike, while the `with` block runs.

    Raises
    ------
    OptionError
        More threads than Numba was started with (`NUMBA_NUM_THREADS`).
    """
    if not 1 <= count <= numba.config.NUMBA_NUM_THREADS:
        raise OptionError(
            f"threads is {count}; expected 1 to {numba.config.NUMBA_NUM_THREADS} (NUMBA_NUM_THREADS at start)"
        )
    before = numba.get_num_threads()
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
