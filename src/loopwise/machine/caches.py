"""Caches and memory, as the system tells them."""

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from ..process.environment import cores


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
    for index in (path for cpu in usable for path in folder.glob(f"cpu{cpu}/cache/index*")):
        try:
            level, kind, size, shared = (
                (index / name).read_text().strip() for name in ("level", "type", "size", "shared_cpu_list")
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
    """How much memory the machine has."""
    return psutil.virtual_memory().total
