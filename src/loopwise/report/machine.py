"""The machine's limits as a table in the terminal."""

from rich.text import Text

from ..machine.card import card_line
from ..machine.limits import DRAM, DTYPES, way_label
from . import units
from .cells import caption_text, empty_table

BUSY = 1.2  # of all threads, against one: less is not the machine
READING = (
    "Each is the best of many samples: what the machine has done once, it can do. Sizes: what was read repeatedly by "
    "all threads together. Triad: a = b + s · c in memory, 24 bytes a number as STREAM counts. A multiply-add is two "
    "operations; the exact implementations multiply, then add. Balance: work that does fewer operations for each byte "
    "from DRAM waits for memory."
)


def limits_table(limits, machine):
    """One row a limit, one column a number of threads."""
    table = empty_table(
        title=Text("the machine's limits", "bold"),
        caption=caption_text("\n".join([*notes(limits), READING, card_line(machine)]), machine),
    )
    table.add_column("limit", no_wrap=True)
    for threads in limits.threads:
        table.add_column(f"{threads} thread{'s' if threads > 1 else ''}", justify="right", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    for name, by_threads, unit in rows(limits):
        table.add_row(name, *(units.three(by_threads[count]) for count in limits.threads), unit)
    return table


def rows(limits):
    """(name, value by number of threads, unit), from the fastest cache to the arithmetic."""
    for level, by_threads in limits.read_gbytes_per_s.items():
        sizes = dict.fromkeys(size_label(size) for size in limits.read_buffer_bytes[level].values())
        yield f"read {level}: {', '.join(sizes)}", by_threads, "GB/s"
    yield "triad in DRAM", limits.triad_gbytes_per_s, "GB/s"
    for way, by_dtype in {"peak": limits.peak_gflops, **limits.other_peaks_gflops}.items():
        for dtype, by_threads in by_dtype.items():
            yield f"{way_label(way)}, {dtype}", by_threads, "GFLOP/s"
    for dtype, by_threads in limits.peak_gflops.items():
        memory = limits.read_gbytes_per_s[DRAM]
        yield f"balance {dtype}", {count: peak / memory[count] for count, peak in by_threads.items()}, "flop/byte"


def notes(limits):
    """What a reader must know before using the numbers."""
    if any(cache.assumed for cache in limits.caches):
        yield "The system does not tell its caches: usual sizes are assumed."
    peaks = limits.peak_gflops[DTYPES[0]]
    if max(limits.threads) > 1 and peaks[max(limits.threads)] < BUSY * peaks[1]:
        yield f"{max(limits.threads)} threads multiply hardly faster than one: something else is using the cores."
    most = max(size for level, size in limits.read_buffer_bytes[DRAM].items())
    if most < 2 * limits.caches[-1].size_bytes * limits.caches[-1].count:
        yield "The caches are so large that half of what was read as DRAM may have stayed in them."


def size_label(size_bytes):
    """16384 -> "16 KiB"."""
    for unit, size in (("GiB", 2**30), ("MiB", 2**20)):
        if size_bytes >= size:
            return f"{size_bytes / size:.3g} {unit}"
    return f"{size_bytes / 2**10:.3g} KiB"
