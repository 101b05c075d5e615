"""How much memory is free, so that a size beyond it is refused in a line before anything is made."""

import sys
from pathlib import Path

from ..errors import OptionError

NOT_WORTH_ASKING = 2**26  # bytes: to ask takes longer than to make as many
GROUP = Path("/sys/fs/cgroup")  # of control groups, such as a container is, on Linux


def free_memory():
    """Bytes that this process may still take without swapping: of the machine, of its container, of its own limit."""
    import psutil

    groups = [left_in_group(folder) for folder in (GROUP, *groups_of_process())]
    limits = [psutil.virtual_memory().available, *groups, *left_to_process(psutil.Process())]
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


def groups_of_process(told=Path("/proc/self/cgroup"), mounted=GROUP):
    """The folders of the control groups that this process is in, and of those around them, on Linux.

    Of version 2, whose line has no controller, and of version 1's for memory. A container's own is the outermost one.
    """
    try:
        lines = told.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        outermost = mounted / "memory" if controllers else mounted
        inside = Path(path.lstrip("/"))
        yield from (outermost / part for part in (inside, *inside.parents))


# What each version calls its limit, what is used of it, and copies of files in memory, which are counted there.
FILES = (
    ("memory.max", "memory.current", ("active_file", "inactive_file")),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", ("total_active_file", "total_inactive_file")),
)


def left_in_group(folder):
    """What a group of processes may still take; None where there is no limit, or no group.

    Copies of files that the system keeps in memory are counted as used there, but given up where room is needed.
    """
    for limit, current, copies in FILES:
        try:
            most, used, told = ((folder / name).read_text() for name in (limit, current, "memory.stat"))
            kept = dict(line.split() for line in told.splitlines())
            return max(0, int(most) - int(used) + sum(int(kept[name]) for name in copies))
        except (OSError, ValueError, KeyError):  # "max" is no number
            continue
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
