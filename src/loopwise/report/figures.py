"""What figures share, and the comparison: one panel a workload, one point an implementation, one colour everywhere.

Each figure is drawn for a slide, or for a page: then `points` is a `page.Points` that remembers what each point says.
"""

from matplotlib import rc_context
from matplotlib.figure import Figure

from ..measure.machine import card_line
from . import units
from .page import FAINT, INK, THEME

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
    "font.size": 17,
    "axes.titlesize": 18,
    "axes.labelsize": 18,
    "legend.fontsize": 16,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "lines.linewidth": 3,
    "svg.fonttype": "none",
}


def style(points):
    """Of a slide, or of a page."""
    return STYLE if points is None else THEME


def entitled(title, points, **size):
    """An empty figure; on a slide it says on top what is to be seen, on a page the heading does."""
    figure = Figure(dpi=120, layout="constrained", **size)
    if points is None:
        figure.suptitle(title, x=0.01, ha="left", fontsize=24, fontweight="bold")
    return figure


def sign(figure, machine, points=None):
    """The machine card in a slide's corner; a page has it in its text."""
    if points is None:
        figure.supxlabel(card_line(machine), fontsize=10, color="#555555", x=0.99, ha="right")


def draw_curve(panel, name, values, points=None, say=str):
    """One implementation's curve, `{x: y}`; on a page each of its points says `say(x, y)`."""
    colour = COLOURS.get(name, OTHERS)
    if points is None:
        panel.plot([*values], [*values.values()], MARKERS.get(name, "o"), ls="-", ms=10, color=colour, label=name)
        return
    panel.plot([*values], [*values.values()], color=colour, gid=f"series-{name}")
    draw_points(panel, name, values, points, say)


def draw_points(panel, name, values, points, say):
    """A page's points, `{x: y}`, each of which says `say(x, y)`."""
    colour, marker = COLOURS.get(name, OTHERS), MARKERS.get(name, "o")
    for x, y in values.items():
        gid = points.point(name, y, say(x, y))
        panel.plot([x], [y], color=colour, marker=marker, markeredgecolor=INK, linestyle="none", gid=gid)


def comparison_figure(comparisons, points=None):
    """Draw the comparisons under one another; the caller saves the figure."""
    with rc_context(style(points) | {"axes.spines.left": False}):
        heights = [len(comparison.rows) + 1.2 for comparison in comparisons]
        figure = Figure(figsize=(13.3, 0.62 * sum(heights) + 0.9), dpi=120, layout="constrained")
        panels = figure.subplots(len(comparisons), 1, squeeze=False, height_ratios=heights)
        for panel, comparison in zip(panels[:, 0], comparisons):
            draw_comparison(panel, comparison, points)
        panels[-1, 0].set_xlabel("time per step, logarithmic: left is faster (whiskers: quartiles)")
        sign(figure, comparisons[-1].machine, points)
        return figure


def draw_comparison(panel, comparison, points):
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
        draw_row(panel, place, row, points)
    panel.set_yticks(range(len(comparison.rows)), [row.implementation for row in comparison.rows])
    panel.set_ylim(len(comparison.rows) - 0.4, -0.6)
    panel.tick_params(axis="y", length=0)
    readable(panel.xaxis, units.seconds)
    panel.grid(visible=False, axis="y")
    panel.grid(axis="x", linewidth=1)


def readable(axis, text):
    """Label an axis with `text(value)`, without zeros that say nothing; nothing between the ticks."""
    axis.set_major_formatter(lambda value, _: text(value).replace(".00 ", " ").replace(".0 ", " "))
    axis.set_minor_formatter("")


def draw_row(panel, place, row, points):
    """The point, its whiskers and its label; a row without a time says why."""
    step = row.step_seconds
    if step is None:
        said = "disagrees: not timed" if row.agreement and not row.agreement.passed else "n/a"
        panel.text(0.01, place, said, transform=panel.get_yaxis_transform(), va="center", color="#d02020")
        return
    median, ink = step["median"], "black" if points is None else INK
    said = f"{units.seconds(median)}   {speedup_label(row)}"
    gid = points and points.point(row.implementation, median, f"{row.implementation}: {spread(step)}")
    whiskers = [[median - step["p25"]], [step["p75"] - median]]
    panel.axhline(place, color="#eeeeee" if points is None else FAINT, zorder=0)
    panel.errorbar(median, place, xerr=whiskers, fmt="none", ecolor=ink, capsize=6, zorder=3)
    panel.plot(median, place, "o", markersize=20, color=COLOURS.get(row.implementation, OTHERS), gid=gid)
    panel.annotate(
        said, (step["p75"], place), xytext=(20, 0), textcoords="offset points", va="center", fontweight="bold"
    )


def spread(step):
    """`2.10 ms, half of the rounds between 2.00 ms and 2.20 ms`."""
    low, middle, high = (units.seconds(step[key]) for key in ("p25", "median", "p75"))
    return f"{middle}, half of the rounds between {low} and {high}"


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
