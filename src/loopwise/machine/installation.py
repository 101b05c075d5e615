"""What is installed, and where: versions, and the compiled code that is kept."""

import platform
import re
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from ..jit import cache
from ..process.environment import cores, thread_limit
from .card import blas, cpu_name

REQUIREMENT = re.compile(r"""(?P<name>[\w.-]+)(?:.*extra *== *['"](?P<extra>\w+)['"])?""")
USED_EXTRAS = ("data", "peers", "lectures", "bench")  # what people need; the others are for work on loopwise


def installation():
    """What `loopwise info` says.

    Returns
    -------
    dict
        loopwise, folder, python, executable, system, cpu, cores, threads, blas; packages and extras, versions by name
        (None where a package is not installed); cache: {folders, files, bytes}.
    """
    required, extras = packages()
    return {
        "loopwise": version("loopwise"),
        "folder": str(Path(__file__).parents[1]),
        "python": platform.python_version(),
        "executable": sys.executable,
        "system": platform.platform(),
        "cpu": cpu_name(),
        "cores": cores(),
        "threads": thread_limit(),
        "blas": blas(),
        "packages": required,
        "extras": extras,
        "cache": cached(),
    }


def packages():
    """Versions of what loopwise needs, by name; and of what its extras need, by extra and name."""
    required, extras = {}, {extra: {} for extra in USED_EXTRAS}
    for line in requires("loopwise") or ():
        found = REQUIREMENT.match(line)
        if found["extra"] is None:
            required[found["name"]] = version_of(found["name"])
        elif found["extra"] in extras:
            extras[found["extra"]][found["name"]] = version_of(found["name"])
    return required, extras


def version_of(package):
    """A package's version; None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def cached():
    """Where compiled code is kept, in how many files of how many bytes."""
    files = cache.kept_files()
    folders = sorted({str(path.parent) for path in files}) or list(map(str, cache.folders()))
    return {"folders": folders, "files": len(files), "bytes": sum(path.stat().st_size for path in files)}
