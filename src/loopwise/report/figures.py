"""A comparison as a figure for a slide: one panel a workload, one point an implementation, one colour everywhere."""

from matplotlib import rc_context
from matplotlib.figure import Figure

from ..measure.machine import card_line
from . import units

# Okabe and Ito's palette: told apart by colour-blind eyes.
COLOURS = {
    "python_loops": "#D55E00",
    "numba_loops": "#0072B2",
    "numba_parallel": "#56B4E9",
    "numpy_vectorized": "#009E73",
    "numba_tuned": "#CC79A7",
    "torch": "#E69F00",
    "torch.compile": "#F0E442",
    "jax": "#000000",
}
OTHERS = "#666666"
MARKERS = dict(zip(COLOURS, "osDPX^v*"))
STYLE = {
    "font.size": 15,
    "axes.titlesize": 17,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "svg.fonttype": "none",
}


def comparison_figure(comparisons):
    """Draw the comparisons under one another; the caller saves the figure."""
    with rc_context(STYLE):
        heights = [len(comparison.rows) + 1.2 for comparison in comparisons]
        figure = Figure(figsize=(13.3, 0.62 * sum(heights) + 0.9), layout="constrained")
        panels = figure.subplots(len(comparisons), 1, squeeze=False, height_ratios=heights)
        for panel, comparison in zip(panels[:, 0], comparisons):
            draw_comparison(panel, comparison)
        panels[-1, 0].set_xlabel("time per step, logarithmic: left is faster (whiskers: quartiles)")
        figure.supxlabel(card_line(comparisons[-1].machine), fontsize=10, color="#555555", x=0.99, ha="right")
        return figure


def draw_comparison(panel, comparison):
    """One point an implementation, labelled with its time and its speedup."""
    work = comparison.workload
    panel.set_title(f"{work.name}: {work.data}, {units.sizes(work)}, {work.dtype}", loc="left", pad=10)
    timed = [row.step_seconds["median"] for row in comparison.rows if row.step_seconds]
    panel.set_xscale("log")
    if timed:
        # A margin before the fastest, and room for the label behind the slowest: a third of the axis.
        low, high = min(timed) / 1.5, max(timed) * 1.1
        panel.set_xlim(low, high * (high / low) ** 0.5)
    for place, row in enumerate(comparison.rows):
        draw_row(panel, place, row)
    panel.set_yticks(range(len(comparison.rows)), [row.implementation for row in comparison.rows])
    panel.set_ylim(len(comparison.rows) - 0.4, -0.6)
    panel.tick_params(axis="y", length=0)
    readable(panel.xaxis, units.seconds)
    panel.grid(axis="x", color="#dddddd", linewidth=1)
    panel.set_axisbelow(True)


def readable(axis, text):
    """Label an axis with `text(value)`, without zeros that say nothing; nothing between the ticks."""
    axis.set_major_formatter(lambda value, _: text(value).replace(".00 ", " ").replace(".0 ", " "))
    axis.set_minor_formatter("")


def draw_row(panel, place, row):
    """The point, its whiskers and its label; a row without a time says why."""
    step = row.step_seconds
    if step is None:
        said = "disagrees: not timed" if row.agreement and not row.agreement.passed else "n/a"
        panel.text(0.01, place, said, transform=panel.get_yaxis_transform(), va="center", color="#b00000")
        return
    median = step["median"]
    whiskers = [[median - step["p25"]], [step["p75"] - median]]
    colour = COLOURS.get(row.implementation, OTHERS)
    panel.axhline(place, color="#eeeeee", zorder=0)
    panel.errorbar(median, place, xerr=whiskers, fmt="o", markersize=20, color=colour, ecolor="black", capsize=6)
    panel.annotate(
        f"{units.seconds(median)}   {speedup_label(row)}",
        (step["p75"], place),
        xytext=(20, 0),
        textcoords="offset points",
        va="center",
        fontweight="bold",
    )


def speedup_label(row):
    """`54 × as fast as python_loops`; ≈ where the interval holds 1, and no claim where it is not known."""
    speedup = row.speedup
    if speedup["ratio"] is None or row.implementation == speedup["vs"]:
        return ""
    ratio, low, high = speedup["ratio"], speedup["low"], speedup["high"]
    if low is None:
        return f"({units.three(ratio)} ×, few rounds)"
    sign = "≈ " if low <= 1 <= high else ""
    return f"{sign}{units.three(ratio)} × as fast as {speedup['vs']}"
