"""What figures share, and the comparison: one panel a workload, one point an implementation, one colour everywhere.

Each figure is drawn for a slide, or for a page: then `points` is a `page.Points` that remembers what each point says.
"""

from ..machine.card import card_line, warnings
from .canvas import blank
from .style import COLOURS, INK, MARKERS, OTHERS, STYLE, THEME
from .terminal import plain

LONGEST = 30  # letters of a file's name on a slide


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
        figure.supxlabel(
            "\n".join([*warnings(machine), card_line(machine)]), fontsize=10, color="#555555", x=0.99, ha="right"
        )


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
