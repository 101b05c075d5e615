"""The roofline: what the machine can do at most, by how much is computed for each byte, and where our work stands."""

from itertools import cycle

import numpy as np

from ..machine.limits import DRAM, way_label
from ..measure.roofline import DTYPE
from . import units
from .canvas import drawing
from .curves import entitled, readable, sign
from .label_places import EDGE, Labels, Place, around, pin, settle
from .style import COLOURS, OTHERS, STYLE

INK = "#222222"
# Marks for the workloads; colours are for implementations.
MARKS = ("o", "s", "D", "^", "v")
FEW_DECADES = 3.5  # on an axis with so few there is room for ticks at 2 and 5
MARK = 18  # pixels from the middle of a mark to its name
LINE = 30  # pixels from one line of text to the next
HEAD = 0.12  # of the logarithmic axis above the ceiling: room for its name
SIDE_BY_SIDE = 1.08  # marks of one workload: a little apart, so that none hides another


def roofline_figure(limits, machine, points=(), title="Left of the bend memory is the limit, right of it arithmetic"):
    """Draw the limits for float64 and the points; the caller saves the figure."""
    with drawing(STYLE):
        figure = entitled(title, None, figsize=(13.3, 7.5))
        panel = figure.subplots()
        panel.set(xscale="log", yscale="log")
        panel.set_xlabel("floating-point operations for each byte from memory, logarithmic")
        panel.set_ylabel("GFLOP/s, logarithmic")
        low, high = span(limits, [work.flops / work.bytes for work, *_ in points])
        least = min([*(gflops for *_, gflops in points), low * min(limits.read_gbytes_per_s[DRAM].values())])
        most = max(limits.peak_gflops[DTYPE].values())
        panel.set(xlim=(low, high), ylim=(least / 2, most * max(3.0, (most / least) ** HEAD)))
        draw_roofs(panel, limits, np.array([low, high]))
        draw_points(panel, points)
        ticks(panel)
        sign(figure, machine)
        settle(figure)
        label_roofs(panel, limits, points)
        return figure


def span(limits, intensities):
    """The axis: a factor of two around the work, and four on both sides of where each slope meets its ceiling."""
    peaks, slopes = limits.peak_gflops[DTYPE], limits.read_gbytes_per_s[DRAM]
    bends = [peaks[threads] / slopes[threads] for threads in limits.threads]
    bends += [max(peaks.values()) / slope for _, slope in cache_slopes(limits)]
    low = min([0.125, *(value / 2 for value in intensities), *(bend / 4 for bend in bends)])
    return low, max([32.0, *(value * 2 for value in intensities), *(bend * 4 for bend in bends)])


def ticks(panel):
    """Powers of ten, and 2 and 5 between them where there is room."""
    from matplotlib.ticker import LogLocator, NullLocator

    for axis in (panel.xaxis, panel.yaxis):
        low, high = np.log10(axis.get_view_interval())
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if high - low < FEW_DECADES else (1.0,)))
        axis.set_minor_locator(NullLocator())
        readable(axis, "{:g}".format)
    panel.grid(linewidth=1)


# === the lines and the points =========================================================================


def draw_roofs(panel, limits, edges):
    """DRAM's slope up to the ceiling for each number of threads; for the most of them the caches' slopes, dashed."""
    for _, slope, peak, most in roofs(limits):
        x = np.array([edges[0], peak / slope, edges[1]])
        panel.plot(x, np.minimum(peak, x * slope), color=INK, linewidth=4 if most else 2, zorder=1)
    for (label, lower), style in zip(other_peaks(limits), cycle((":", "-."))):
        x = [lower / slope, edges[1]]
        panel.plot(
            x, [lower, lower], style, color=OTHERS, linewidth=3, zorder=1, label=f"{label}: {units.three(lower)}"
        )
    for _, slope in cache_slopes(limits):  # the last peak is that of all threads
        x = np.array([edges[0], peak / slope])
        panel.plot(x, x * slope, "--", color=OTHERS, linewidth=1.5, zorder=1)


def roofs(limits):
    """(threads in words, DRAM's GB/s, GFLOP/s, whether these are all threads)."""
    for threads in limits.threads:
        slope, peak = limits.read_gbytes_per_s[DRAM][threads], limits.peak_gflops[DTYPE][threads]
        yield f"{threads} thread{'s' if threads > 1 else ''}", slope, peak, threads == max(limits.threads)


def other_peaks(limits):
    """(how registers are used, GFLOP/s of all threads)."""
    for way, by_dtype in limits.other_peaks_gflops.items():
        if DTYPE in by_dtype:
            yield way_label(way), by_dtype[DTYPE][max(limits.threads)]


def cache_slopes(limits):
    """(level, GB/s of all threads)."""
    for level, by_threads in limits.read_gbytes_per_s.items():
        if level != DRAM:
            yield level, by_threads[max(limits.threads)]


def apart(by_threads):
    """Whether the lines of one and of all threads can be told apart: one thread alone may saturate the memory."""
    return max(by_threads.values()) > 1.15 * min(by_threads.values())


def draw_points(panel, points):
    """What was measured: a mark a workload, a colour an implementation."""
    works = list(dict.fromkeys(work.name for work, *_ in points))
    names = list(dict.fromkeys(name for _, name, _ in points))
    for work, name, gflops in points:
        x = work.flops / work.bytes * SIDE_BY_SIDE ** (names.index(name) - (len(names) - 1) / 2)
        mark = MARKS[works.index(work.name) % len(MARKS)]
        colour = COLOURS.get(name, OTHERS)
        panel.plot(x, gflops, mark, color=colour, markersize=15, markeredgecolor="white", zorder=3)
    for name in names:
        panel.plot([], [], "o", color=COLOURS.get(name, OTHERS), markersize=15, label=name)
    if panel.get_legend_handles_labels()[0]:
        panel.legend(loc="best", frameon=False)


# === their names ======================================================================================


def label_roofs(panel, limits, points):
    """Ceilings, then slopes, then workloads: each where it hides nothing that was written before."""
    labels = Labels(panel)
    if panel.get_legend():
        labels.keep_free(pin(panel))
    peaks, bandwidths = limits.peak_gflops[DTYPE], limits.read_gbytes_per_s[DRAM]
    for count, slope, peak, most in reversed([*roofs(limits)]):
        if most or apart(peaks):
            said = f"multiply-add, {DTYPE}, {count}: {units.three(peak)} GFLOP/s"
            weight = "bold" if most else "normal"
            labels.put(said, along_ceiling(panel, peak / slope, peak), fontweight=weight)
    for count, slope, peak, most in reversed([*roofs(limits)]):
        if most or apart(bandwidths):
            label_slope(labels, f"DRAM, {count}", slope, peak)
    for level, slope in cache_slopes(limits):
        label_slope(labels, level, slope, max(peaks.values()))
    for work in {work.name: work for work, *_ in points}.values():
        here = [gflops for other, _, gflops in points if other is work]
        (x, low), (_, high) = panel.transData.transform([(work.flops / work.bytes, y) for y in (min(here), max(here))])
        right, left, _, below = around(x, low, MARK)
        lower = [below._replace(y=below.y - step * LINE) for step in range(1, 9)]  # where a roof's name is in the way
        labels.put(work.name, [below, around(x, high, MARK)[2], right, left, *lower], fontweight="bold")


def along_ceiling(panel, bend, peak):
    """Above the ceiling or below it, from its bend or up to its end."""
    x, y = panel.transData.transform((bend, peak))
    ends = [(x + 2 * EDGE, "left"), (panel.bbox.x1 - EDGE, "right")]
    return [Place(x, y + up * EDGE, ha, va) for up, va in ((1, "bottom"), (-1, "top")) for x, ha in ends]


def label_slope(labels, name, slope, peak):
    """A level's name and bandwidth along its line, above or below it, as near to its beginning as there is room."""
    panel = labels.panel
    low = max(panel.get_xlim()[0], panel.get_ylim()[0] / slope)
    start, end = panel.transData.transform([(low, low * slope), (peak / slope, peak)])
    rotation = np.degrees(np.arctan2(*(end - start)[::-1]))
    across = EDGE * (end - start)[::-1] * (-1, 1) / np.hypot(*(end - start))
    on_line = [start + share * (end - start) for share in np.linspace(0.02, 0.98, 25)]
    places = [
        Place(*(point + side * across), "left", va, rotation)
        for point in on_line
        for side, va in ((1, "bottom"), (-1, "top"))
    ]
    # Where the lines are short, or near one another: beside them, and below.
    places += [Place(x + 2 * EDGE, y - step * LINE, "left", "center") for step in range(9) for x, y in on_line[::4]]
    labels.put(f"{name}: {units.three(slope)} GB/s", places, fontsize=16)
