"""How much memory is free, so that a size beyond it is refused in a line before anything is made."""

import sys
from pathlib import Path

from ..errors import OptionError

NOT_WORTH_ASKING = 2**26  # bytes: to ask takes longer than to make as many
GROUP = Path("/sys/fs/cgroup")  # a container's own limit, on Linux


def free_memory():
    """Bytes that this process may still take without swapping: of the machine, of its container, of its own limit."""
    import psutil

    limits = [psutil.virtual_memory().available, left_in_group(GROUP), *left_to_process(psutil.Process())]
    return min(limit for limit in limits if limit is not None)


def left_to_process(process):
    """What the limits of a process (`ulimit`) leave it."""
    if sys.platform == "win32":
        return
    import resource

    used = process.memory_info()
    for kind, taken in ((resource.RLIMIT_AS, used.vms), (resource.RLIMIT_DATA, used.rss)):
        limit = resource.getrlimit(kind)[0]
        if limit != resource.RLIM_INFINITY:
            yield max(0, limit - taken)


def left_in_group(folder):
    """What a container may still take; None where there is no limit, or no container.

    Copies of files that the system keeps in memory are counted as used there, but given up where room is needed.
    """
    try:
        most, used, told = ((folder / name).read_text() for name in ("memory.max", "memory.current", "memory.stat"))
        kept = dict(line.split() for line in told.splitlines())
        return max(0, int(most) - int(used) + int(kept["active_file"]) + int(kept["inactive_file"]))
    except (OSError, ValueError, KeyError):  # "max" is no number
        return None


def require_memory(what, numbers, number_bytes=8):
    """Raise `OptionError` where so many numbers cannot be in memory.

    Parameters
    ----------
    what : str
        What is asked for, as it was asked: "X (1000, 10000000000)".
    numbers : int
    number_bytes : int
    """
    needed = numbers * number_bytes
    if needed > NOT_WORTH_ASKING and needed > (free := free_memory()):
        raise OptionError(f"not enough memory: {what} needs {bytes_said(needed)}; {bytes_said(free)} are free")


def bytes_said(size):
    """1.5e9 -> "1.5 GB", in two digits."""
    for unit, one in (("PB", 1e15), ("TB", 1e12), ("GB", 1e9)):
        if size >= one:
            return f"{float(f'{size / one:.2g}'):g} {unit}"
    return f"{float(f'{size / 1e6:.2g}'):g} MB"
