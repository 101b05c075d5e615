"""The machine card: what a figure was measured on. Every result carries one."""

import platform
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import numba
import threadpoolctl

from ..process.environment import cores
from .handicaps import handicaps, held_by_load

QUIET = {"other_programs": 0.0, "host": 0.0}


def card(thread_count):
    """Describe the machine.

    Returns
    -------
    dict
        cpu, cores, threads, threading_layer, blas, python, numpy, numba, loopwise, system, date; handicaps, a list of
        lines. What was measured adds `load`.
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
        "handicaps": handicaps(thread_count),
    }


def card_line(card):
    """The card in one line, for the corner of a figure."""
    return (
        f"{card['cpu']}, {card['threads']} of {card['cores']} cores · numba {card['numba']} "
        f"({card['threading_layer']}) · numpy {card['numpy']} ({card['blas']}) · {card['date'][:10]}"
    )


def warnings(card):
    """What held a contender down, or all of them: a list of lines."""
    return [f"Warning: {line}." for line in (*card.get("handicaps", ()), *held_by_load(card.get("load", QUIET)))]


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
