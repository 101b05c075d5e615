"""The roofline: what the machine can do at most, by how much is computed for each byte, and where our work stands."""

import numpy as np
from matplotlib import rc_context
from matplotlib.ticker import LogLocator, NullLocator

from .. import datasets, workloads
from ..implementations import implementations
from ..measure.comparison import compare
from ..measure.limits import DRAM
from . import units
from .figures import COLOURS, OTHERS, STYLE, entitled, sign

CONTENDERS = ("numpy_vectorized", "numba_parallel", "numba_tuned")
DTYPE = "float64"
INK = "#222222"
# Marks for the workloads; colours are for who computes.
MARKS = ("o", "s", "D", "^", "v")
CLOSE = 1.6  # slopes nearer than this: one label above, the other below
SIDE_BY_SIDE = 1.08  # marks of one workload: a little apart, so that none hides another


def example_workloads(scale=1.0):
    """One that waits for memory, one in between, one that computes; `scale` makes them smaller."""
    data = datasets.load("synthetic", examples=int(100_000 * scale), features=100, seed=0)
    digits = datasets.load("digits")
    side = max(16, int(512 * scale))
    return [
        workloads.logistic(data.X, data.Y, "synthetic"),
        workloads.network(digits.X, digits.Y, [32, len(digits.Y)], data="digits"),
        workloads.operation("matmul", units=side, features=side, examples=side),
    ]


def measured_points(threads, progress=None, budget=3.0, works=None):
    """Race the compiled and the vectorized implementations on each workload: (workload, implementation, GFLOP/s)."""
    names = [name for name in CONTENDERS if name in implementations()]
    works, points = works or example_workloads(), []
    for place, work in enumerate(works):

        def show(text, share, place=place, work=work):
            if progress is not None:
                progress(f"{work.name}: {text}", (place + share) / len(works))

        comparison = compare(work, names, budget, threads, progress=show)
        points += [(work, row.implementation, row.gflops) for row in comparison.rows if row.gflops]
        if comparison.stopped:
            raise KeyboardInterrupt
    return points


def roofline_figure(limits, machine, points=(), title="Left of the bend memory is the limit, right of it arithmetic"):
    """Draw the limits for float64 and the points; the caller saves the figure."""
    with rc_context(STYLE):
        figure = entitled(title, None, figsize=(13.3, 7.5))
        panel = figure.subplots()
        low, high = span([work.flops / work.bytes for work, *_ in points])
        panel.set(xscale="log", yscale="log", xlim=(low, high))
        panel.set_xlabel("floating-point operations for each byte from memory, logarithmic")
        panel.set_ylabel("GFLOP/s, logarithmic")
        draw_roofs(panel, limits, np.array([low, high]))
        draw_points(panel, points)
        bottom = [gflops for *_, gflops in points] + [low * min(limits.read_gbytes_per_s[DRAM].values())]
        panel.set_ylim(min(bottom) / 2, 3 * max(limits.peak_gflops[DTYPE].values()))
        for axis in (panel.xaxis, panel.yaxis):
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axis.set_major_formatter(lambda value, _: f"{value:g}")
            axis.set_minor_locator(NullLocator())
        panel.grid(linewidth=1)
        sign(figure, machine)
        return figure


def span(intensities):
    """The axis: a factor of two around the work, and both sides of the ridge at least."""
    return min([0.125, *(value / 2 for value in intensities)]), max([32.0, *(value * 2 for value in intensities)])


def draw_roofs(panel, limits, edges):
    """DRAM's slope up to the ceiling for each number of threads; for the most of them the caches' slopes, dashed."""
    for threads in limits.threads:
        most = threads == max(limits.threads)
        peak, count = limits.peak_gflops[DTYPE][threads], f"{threads} thread{'s' if threads > 1 else ''}"
        slope = limits.read_gbytes_per_s[DRAM][threads]
        x = np.array([edges[0], peak / slope, edges[1]])
        panel.plot(x, np.minimum(peak, x * slope), color=INK, linewidth=4 if most else 2, zorder=1)
        if most or apart(limits.read_gbytes_per_s[DRAM]):
            label_slope(panel, f"DRAM, {count}", slope, edges[0], below=not most)
        if most or apart(limits.peak_gflops[DTYPE]):
            text = f"multiply-add, {DTYPE}, {count}: {units.three(peak)} GFLOP/s"
            panel.text(1.15 * peak / slope, 1.06 * peak, text, fontweight="bold" if most else "normal")
    above = None
    for level, by_threads in limits.read_gbytes_per_s.items():
        if level != DRAM:  # the last peak and number of threads: those of all
            slope = by_threads[threads]
            x = np.array([edges[0], peak / slope])
            panel.plot(x, x * slope, "--", color=OTHERS, linewidth=1.5, zorder=1)
            label_slope(panel, level, slope, edges[0], below=above is not None and above < CLOSE * slope)
            above = slope


def apart(by_threads):
    """Whether the lines of one and of all threads can be told apart: one thread alone may saturate the memory."""
    return max(by_threads.values()) > 1.15 * min(by_threads.values())


def label_slope(panel, name, slope, left, below):
    """The level's name and bandwidth along its line, where it begins."""
    x = left * (1.1 if below else 1.06)
    y = x * slope * (0.97 if below else 1.06)
    panel.text(
        x,
        y,
        f"{name}: {units.three(slope)} GB/s",
        # The line's direction where the axes are linear: matplotlib turns it with the axes.
        rotation=np.degrees(np.arctan(y / x)),
        rotation_mode="anchor",
        transform_rotates_text=True,
        va="top" if below else "bottom",
        fontsize=16,
    )


def draw_points(panel, points):
    """What was measured: a mark a workload, a colour an implementation."""
    works = list(dict.fromkeys(work.name for work, *_ in points))
    names = list(dict.fromkeys(name for _, name, _ in points))
    for work, name, gflops in points:
        x = work.flops / work.bytes * SIDE_BY_SIDE ** (names.index(name) - (len(names) - 1) / 2)
        mark = MARKS[works.index(work.name) % len(MARKS)]
        colour = COLOURS.get(name, OTHERS)
        panel.plot(x, gflops, mark, color=colour, markersize=15, markeredgecolor="white", zorder=3)
    for work in {work.name: work for work, *_ in points}.values():
        here = [gflops for other, _, gflops in points if other is work]
        panel.annotate(
            work.name,
            (work.flops / work.bytes, min(here)),
            xytext=(0, -14),
            textcoords="offset points",
            ha="center",
            va="top",
            fontweight="bold",
        )
    for name in names:
        panel.plot([], [], "o", color=COLOURS.get(name, OTHERS), markersize=15, label=name)
    if points:
        panel.legend(loc="lower right", frameon=False)
