"""What figures share, and the comparison: one panel a workload, one point an implementation, one colour everywhere.

Each figure is drawn for a slide, or for a page: then `points` is a `page.Points` that remembers what each point says.
"""

from ..machine.card import card_line
from . import units
from .canvas import blank, drawing
from .label_places import Labels, Place, around, settle, ticks_in, width_of
from .style import COLOURS, FAINT, INK, MARKERS, OTHERS, STYLE, THEME
from .terminal import plain

LONGEST = 30  # letters of somebody's file name on a slide
GAP = 26  # pixels between a point and its label
TICKS_TO = 3  # times the slowest: behind it an axis only has room for labels
WIDEST = 0.6  # of a panel, a label's share


def style(points):
    """Of a slide, or of a page."""
    return STYLE if points is None else THEME


def entitled(title, points, **size):
    """An empty figure; on a slide it says on top what is to be seen, on a page the heading does."""
    figure = blank(**size)
    if points is None:
        figure.suptitle(plain(title), x=0.01, ha="left", fontsize=24, fontweight="bold")
    return figure


def sign(figure, machine, points=None):
    """The machine card in a slide's corner; a page has it in its text."""
    if points is None:
        figure.supxlabel(card_line(machine), fontsize=10, color="#555555", x=0.99, ha="right")


def shown(name):
    """An implementation's name on a figure. A legend leaves out what begins with an underscore: a space goes before."""
    name = plain(name) if len(name) <= LONGEST else plain(name)[: LONGEST - 1] + "…"
    return f" {name}" if name.startswith("_") else name


def series(name):
    """What a page's switch for an implementation hides and shows."""
    return f"series-{plain(name)}"


def draw_curve(panel, name, values, points=None, say=str):
    """One implementation's curve, `{x: y}`; on a page each of its points says `say(x, y)`."""
    colour, label = COLOURS.get(name, OTHERS), shown(name)
    if points is None:
        panel.plot([*values], [*values.values()], MARKERS.get(name, "o"), ls="-", ms=10, color=colour, label=label)
        return
    panel.plot([*values], [*values.values()], color=colour, gid=series(name))
    draw_points(panel, name, values, points, say)


def draw_points(panel, name, values, points, say):
    """A page's points, `{x: y}`, each of which says `say(x, y)`."""
    colour, marker = COLOURS.get(name, OTHERS), MARKERS.get(name, "o")
    for x, y in values.items():
        gid = points.point(name, y, say(x, y))
        panel.plot([x], [y], color=colour, marker=marker, markeredgecolor=INK, linestyle="none", gid=gid)


def beside(panel):
    """The legend, right of a panel; a page has switches instead."""
    panel.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


def readable(axis, text):
    """Label an axis with `text(value)`, without zeros that say nothing; nothing between the ticks."""
    axis.set_major_formatter(lambda value, _: text(value).replace(".00 ", " ").replace(".0 ", " "))
    axis.set_minor_formatter("")


# === the comparison ===================================================================================


def comparison_figure(comparisons, points=None):
    """Draw the comparisons under one another; the caller saves the figure."""
    with drawing(style(points) | {"axes.spines.left": False}):
        heights = [len(comparison.rows) + 1.2 for comparison in comparisons]
        figure = blank(figsize=(13.3, 0.62 * sum(heights) + 0.9))
        panels = figure.subplots(len(comparisons), 1, squeeze=False, height_ratios=heights)[:, 0]
        for panel, comparison in zip(panels, comparisons):
            draw_comparison(panel, comparison, points)
        panels[-1].set_xlabel("time per step, logarithmic: left is faster (whiskers: quartiles)")
        sign(figure, comparisons[-1].machine, points)
        figure.draw_without_rendering()  # how wide a panel is decides how far its axis goes
        for panel, comparison in zip(panels, comparisons):
            make_room(panel, comparison)
        settle(figure)
        for panel, comparison in zip(panels, comparisons):
            label_rows(panel, comparison)
        return figure


def draw_comparison(panel, comparison, points):
    """One point an implementation."""
    work, rows = comparison.workload, comparison.rows
    panel.set_title(plain(f"{work.name}: {work.data}, {units.sizes(work)}, {work.dtype}"), loc="left", pad=10)
    panel.set_xscale("log")
    for place, row in enumerate(rows):
        if row.step_seconds:
            draw_row(panel, place, row, points)
    panel.set_yticks(range(len(rows)), [shown(row.implementation) for row in rows])
    panel.set_ylim(len(rows) - 0.4, -0.6)
    panel.tick_params(axis="y", length=0)
    readable(panel.xaxis, units.seconds)
    panel.grid(visible=False, axis="y")
    panel.grid(axis="x", linewidth=1)


def draw_row(panel, place, row, points):
    """The point and its whiskers."""
    step = row.step_seconds
    median, ink = step["median"], "black" if points is None else INK
    gid = points and points.point(row.implementation, median, f"{row.implementation}: {spread(step)}")
    whiskers = [[median - step["p25"]], [step["p75"] - median]]
    panel.axhline(place, color="#eeeeee" if points is None else FAINT, zorder=0)
    panel.errorbar(median, place, xerr=whiskers, fmt="none", ecolor=ink, capsize=6, zorder=3)
    panel.plot(median, place, "o", markersize=20, color=COLOURS.get(row.implementation, OTHERS), gid=gid)


def make_room(panel, comparison):
    """An axis that begins a little before the fastest, and ends where the last label does."""
    timed = [row for row in comparison.rows if row.step_seconds]
    if not timed:
        return
    low = min(row.step_seconds["p25"] for row in timed) / 1.5
    size, stretch = label_size(panel, timed), 1.1
    for row in timed:
        high = row.step_seconds["p75"]
        free = 1 - (width_of(panel, label(row), fontweight="bold", fontsize=size) + 2 * GAP) / panel.bbox.width
        stretch = max(stretch, (high / low) ** (1 / max(free, 1 - WIDEST)))  # of a logarithmic axis
    panel.set_xlim(low, low * stretch)
    slowest = max(row.step_seconds["p75"] for row in timed)
    panel.set_xticks([place for place in ticks_in(low, low * stretch) if place <= TICKS_TO * slowest])


def label_size(panel, timed):
    """The type of the labels, in points: smaller where the longest would take most of the panel."""
    from matplotlib import rcParams

    widest = max(width_of(panel, label(row), fontweight="bold") for row in timed) + 2 * GAP
    return rcParams["font.size"] * min(1.0, WIDEST * panel.bbox.width / widest)


def label_rows(panel, comparison):
    """Each point's time and speedup; a row without a time says why."""
    timed, labels = [row for row in comparison.rows if row.step_seconds], Labels(panel)
    size = label_size(panel, timed) if timed else None
    for place, row in enumerate(comparison.rows):
        if row.step_seconds:
            x, y = panel.transData.transform((row.step_seconds["p75"], place))
            labels.put(label(row), around(x, y, GAP)[:1], fontweight="bold", fontsize=size)
        else:
            _, y = panel.transData.transform((1, place))
            said = "disagrees: not timed" if row.agreement and not row.agreement.passed else "n/a"
            labels.put(said, [Place(panel.bbox.x0 + 0.01 * panel.bbox.width, y, "left", "center")], color="#d02020")


def label(row):
    """`2.10 ms   54 × as fast as python_loops`."""
    return f"{units.seconds(row.step_seconds['median'])}   {speedup_label(row)}".rstrip()


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
    return f"{sign}{units.three(ratio)} × as fast as {shown(speedup['vs'])}"
