"""The roofline: what the machine can do at most, by how much is computed for each byte, and where our work stands."""

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from .. import datasets, workloads
from ..implementations import implementations
from ..measure.comparison import compare
from ..measure.limits import DRAM
from ..measure.machine import card_line
from . import units
from .figures import COLOURS, OTHERS, STYLE

CONTENDERS = ("numpy_vectorized", "numba_parallel", "numba_tuned")
DTYPE = "float64"
INK = "#222222"
# Marks for the workloads; colours are for who computes.
MARKS = ("o", "s", "D", "^", "v")
SLIDE = {"font.size": 17, "axes.labelsize": 18, "legend.fontsize": 16, "axes.spines.left": True}


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


def roofline_figure(limits, machine, points=(), title="Nobody computes above the roof"):
    """Draw the limits for float64 and the points; the caller saves the figure."""
    with rc_context(STYLE | SLIDE):
        figure = Figure(figsize=(13.3, 7.5), dpi=120, layout="constrained")
        figure.suptitle(title, x=0.01, ha="left", fontsize=24, fontweight="bold")
        panel = figure.subplots()
        low, high = span([work.flops / work.bytes for work, *_ in points])
        panel.set(xscale="log", yscale="log", xlim=(low, high))
        panel.set_xlabel("floating-point operations for each byte from memory, logarithmic")
        panel.set_ylabel("GFLOP/s, logarithmic")
        draw_roofs(panel, limits, np.array([low, high]))
        draw_points(panel, points)
        bottom = [gflops for *_, gflops in points] + [low * min(limits.read_gbytes_per_s[DRAM].values())]
        panel.set_ylim(min(bottom) / 1.6, 3 * max(limits.peak_gflops[DTYPE].values()))
        for axis in (panel.xaxis, panel.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:g}")
        panel.grid(color="#e4e4e4", linewidth=1)
        panel.set_axisbelow(True)
        figure.supxlabel(card_line(machine), fontsize=10, color="#555555", x=0.99, ha="right")
        return figure


def span(intensities):
    """The axis: a factor of two around the work, and both sides of the ridge at least."""
    return min([0.125, *(value / 2 for value in intensities)]), max([32.0, *(value * 2 for value in intensities)])


def draw_roofs(panel, limits, intensities):
    """For each number of threads the ceiling; under it a slope for DRAM, and dashed ones for the caches."""
    for threads in limits.threads:
        most = threads == max(limits.threads)
        peak, width = limits.peak_gflops[DTYPE][threads], 4 if most else 2
        count = f"{threads} thread{'s' if threads > 1 else ''}"
        for level, by_threads in limits.read_gbytes_per_s.items():
            if level != DRAM and not most:
                continue  # one family of slopes is enough to see
            slope = by_threads[threads]
            ridge = peak / slope
            x = np.array([intensities[0], ridge, intensities[1]])
            style = {"color": INK, "linewidth": width} if level == DRAM else {"color": OTHERS, "linewidth": 1.5}
            x, dashes = (x, "-") if level == DRAM else (x[:2], "--")
            panel.plot(x, np.minimum(peak, x * slope), dashes, zorder=1, **style)
            if most or level == DRAM:
                label_slope(panel, level, slope, intensities[0], count if not most else "")
        panel.annotate(
            f"multiply-add, {DTYPE}, {count}: {units.three(peak)} GFLOP/s",
            (intensities[1], peak),
            xytext=(-4, 5),
            textcoords="offset points",
            ha="right",
            fontweight="bold" if most else "normal",
        )


def label_slope(panel, level, slope, left, count):
    """The level's name and bandwidth, along its line, where it begins."""
    panel.annotate(
        f"{level}{', ' + count if count else ''}: {units.three(slope)} GB/s",
        (left * 1.06, left * 1.06 * slope),
        xytext=(0, 4),
        textcoords="offset points",
        rotation=45,
        rotation_mode="anchor",
        transform_rotates_text=True,
        fontsize=16,
    )


def draw_points(panel, points):
    """What was measured: a mark a workload, a colour an implementation."""
    works = list(dict.fromkeys(work.name for work, *_ in points))
    for work, name, gflops in points:
        mark = MARKS[works.index(work.name) % len(MARKS)]
        colour = COLOURS.get(name, OTHERS)
        panel.plot(
            work.flops / work.bytes, gflops, mark, color=colour, markersize=15, markeredgecolor="white", zorder=3
        )
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
    for name in dict.fromkeys(name for _, name, _ in points):
        panel.plot([], [], "o", color=COLOURS.get(name, OTHERS), markersize=15, label=name)
    if points:
        panel.legend(loc="lower right", frameon=False)
