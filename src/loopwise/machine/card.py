"""The machine card: what a figure was measured on. Every result carries one."""

import platform
import subprocess
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import numba
import numpy as np
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
    return np.show_config(mode="dicts")["Build Dependencies"]["blas"].get("name", "unknown")  # macOS' own, for one


def cpu_name():
    """The processor's name, where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return (TOLD_BY[sys.platform]() if sys.platform in TOLD_BY else "") or platform.processor() or platform.machine()


def told_by_macos():
    """The processor's name, as `sysctl` has it."""
    asked = subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True)
    return asked.stdout.strip()


def told_by_windows():
    """The processor's name, as the registry has it."""
    import winreg

    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"HARDWARE\DESCRIPTION\System\CentralProcessor\0") as key:
        return winreg.QueryValueEx(key, "ProcessorNameString")[0].strip()


TOLD_BY = {"darwin": told_by_macos, "win32": told_by_windows}


# === caches ===========================================================================================
