"""Caches, as the system tells them."""

import os

from helpers.limits_by_hand import KIB

from loopwise.machine.caches import Cache, caches


def test_caches_are_counted_once_however_many_cores_share_them(tmp_path):
    usable = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    for cpu in usable:
        levels = ("1", "Data", "48K", str(cpu)), ("1", "Instruction", "32K", str(cpu)), ("3", "Unified", "30M", "all")
        for index, told in enumerate(levels):
            folder = tmp_path / f"cpu{cpu}" / "cache" / f"index{index}"
            folder.mkdir(parents=True)
            for name, text in zip(("level", "type", "size", "shared_cpu_list"), told):
                (folder / name).write_text(text + "\n")
    if usable:
        assert caches(tmp_path) == (Cache("L1", 48 * KIB, len(usable)), Cache("L3", 30 * KIB * KIB, 1))


def test_where_the_system_tells_nothing_usual_caches_are_assumed(tmp_path):
    assert [cache.name for cache in caches(tmp_path)] == ["L1", "L2", "L3"]
    assert all(cache.assumed for cache in caches(tmp_path))
