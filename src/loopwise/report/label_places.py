"""Where words stand on a slide: inside of it and not on one another, whatever numbers were measured.

How much room a word takes is known once the figure is laid out. So a figure is drawn without its labels, settled, and
then each label gets the first of its places that is free. All of it is in pixels of the figure.
"""

from itertools import pairwise
from typing import NamedTuple

SMALLEST = 9  # points: smaller type is cut short instead
POINTS = 72  # in an inch
FEW_TICKS = 3
EDGE = 6  # pixels that stay free at the slide's edge and around a label

# === the figure =======================================================================================


def settle(figure):
    """Lay out the figure for good: titles as wide as there is room, tick labels that do not touch."""
    lay_out(figure)
    for panel in figure.axes:
        for axis in (panel.xaxis, panel.yaxis):
            thin(axis)
    for title in titles(figure):
        fit(figure, title)
    figure.draw_without_rendering()  # its ticks stand where they will, too
    figure.set_layout_engine("none")


def lay_out(figure):
    """Share the slide among the panels. Drawing does so too, but takes twice as long."""
    figure.get_layout_engine().execute(figure)


def titles(figure):
    """What is written above and below the panels, and beside them."""
    yield from (title for title in (figure._suptitle, figure._supxlabel) if title)
    for panel in figure.axes:
        yield from (panel.title, panel._left_title, panel.xaxis.label)


def fit(figure, text):
    """Smaller type for what is too wide for the slide, and an end for what would be too small to read."""
    box, width = text.get_window_extent(), figure.bbox.width
    room = width - 2 * EDGE - (box.x0 if text.get_ha() == "left" else 0)
    if box.width <= room:
        return
    text.set_fontsize(max(SMALLEST, text.get_fontsize() * room / box.width))
    said = text.get_text()
    while said and text.get_window_extent().width > room:
        said = said[: int(len(said) * min(0.98, room / text.get_window_extent().width))]
        text.set_text(said.rstrip() + "…")


def thin(axis):
    """Leave every other tick out for as long as their labels touch; names are not numbers, and all stay.

    Where an axis sees fewer than three powers of ten, it gets ticks at 2 and 5 between them.
    """
    from matplotlib.ticker import FixedFormatter

    if isinstance(axis.get_major_formatter(), FixedFormatter):
        return
    low, high = sorted(axis.get_view_interval())
    places = [place for place in axis.get_majorticklocs() if low <= place <= high]
    if axis.get_scale() == "log" and len(places) < FEW_TICKS:
        places = ticks_in(low, high) or places
    axis.set_ticks(places)
    while len(places) > 1 and touching(axis):
        places = places[::-2][::-1]  # the last one stays
        axis.set_ticks(places)


def ticks_in(low, high):
    """Powers of ten, or 1, 2 and 5 times these where there are few of them."""
    from matplotlib.ticker import LogLocator

    decades = [place for place in LogLocator().tick_values(low, high) if low <= place <= high]
    between = LogLocator(subs=(1.0, 2.0, 5.0)).tick_values(low, high)
    return decades if len(decades) >= FEW_TICKS else [place for place in between if low <= place <= high]


def touching(axis):
    """Whether two neighbours have no room between them."""
    axis.get_tightbbox()  # the labels are where the ticks are now
    boxes = [label.get_window_extent() for label in axis.get_majorticklabels() if label.get_text()]
    side = "x" if axis.axis_name == "x" else "y"
    return any(
        getattr(one, f"{side}1") + EDGE > getattr(two, f"{side}0") for one, two in pairwise(sorted_along(boxes, side))
    )


def sorted_along(boxes, side):
    """From left to right, or from the bottom up."""
    return sorted(boxes, key=lambda box: getattr(box, f"{side}0"))


# === labels ===========================================================================================


class Place(NamedTuple):
    """Where a label may stand.

    x, y : pixels
    ha, va : which of its corners, or which side's middle, is there, in matplotlib's words
    rotation : degrees, about that point
    """

    x: float
    y: float
    ha: str
    va: str
    rotation: float = 0.0


class Labels:
    """The labels of one panel of a figure that is settled: they avoid each other, and what is drawn where they can."""

    def __init__(self, panel):
        self.panel, self.taken = panel, []
        self.curves, self.marks = drawn(panel)

    def keep_free(self, box):
        """Nothing is to be written there."""
        self.taken.append(outline(Place(box.x0, box.y0, "left", "bottom"), box.width, box.height))

    def put(self, said, places, **style):
        """Write a label at the best of its places; moved into the panel where none is wholly inside.

        Parameters
        ----------
        said : str
        places : sequence of Place
            The earlier the better.
        style
            Of matplotlib's text.

        Returns
        -------
        matplotlib.text.Text
        """
        from matplotlib.transforms import Affine2D

        text = self.panel.text(0, 0, said, transform=self.panel.transAxes, **style)
        size = text.get_window_extent()
        choices = [(place, outline(place, size.width, size.height)) for place in places]
        place, path = min(choices, key=lambda choice: self.cost(choice[1]))
        dx, dy = self.away(path)
        self.taken.append(path.transformed(Affine2D().translate(dx, dy)))
        text.set(ha=place.ha, va=place.va, rotation=place.rotation, rotation_mode="anchor")
        text.set_position(self.panel.transAxes.inverted().transform((place.x + dx, place.y + dy)))
        return text

    def cost(self, path):
        """Pixels outside the panel, then labels underneath, then marks, then lines."""
        dx, dy = self.away(path)
        on_labels, on_marks = (sum(path.intersects_path(other) for other in some) for some in (self.taken, self.marks))
        return round(abs(dx) + abs(dy)), on_labels, on_marks, sum(path.intersects_path(c, False) for c in self.curves)

    def away(self, path):
        """How far a label must be moved to be in the panel."""
        box, room = path.get_extents(), self.panel.bbox
        return inwards(box.x0, box.x1, room.x0, room.x1), inwards(box.y0, box.y1, room.y0, room.y1)


def drawn(panel):
    """The outlines of a panel's curves, and of its marks."""
    from matplotlib.path import Path

    curves, marks = [], []
    for line in panel.lines:
        points = line.get_transform().transform(line.get_xydata())
        if len(points) > 1:
            curves.append(Path(points))
        if line.get_marker() != "None":
            side = line.get_markersize() * panel.figure.dpi / POINTS
            marks += [outline(Place(x, y, "center", "center"), side, side) for x, y in points]
    return curves, marks


def outline(place, width, height):
    """The rectangle that a label covers at a place."""
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    left = {"left": 0.0, "center": -0.5, "right": -1.0}[place.ha] * width
    bottom = {"bottom": 0.0, "center": -0.5, "top": -1.0}[place.va] * height
    corners = Path.unit_rectangle().transformed(Affine2D().scale(width, height).translate(left, bottom))
    return corners.transformed(Affine2D().rotate_deg(place.rotation).translate(place.x, place.y))


def inwards(low, high, least, most):
    """By how much an interval must be moved to be within another; its beginning counts more than its end."""
    return least - low if low < least else max(most - high, least - low) if high > most else 0.0


def around(x, y, gap):
    """Places beside a point: right, left, above, below."""
    right, left = Place(x + gap, y, "left", "center"), Place(x - gap, y, "right", "center")
    return [right, left, Place(x, y + gap, "center", "bottom"), Place(x, y - gap, "center", "top")]


def pin(panel):
    """Keep the legend where it is, whatever is written later; returns the box that it covers."""
    legend = panel.get_legend()
    box = legend.get_window_extent()
    legend.set_loc(tuple(panel.transAxes.inverted().transform((box.x0, box.y0))))
    return box


def width_of(panel, said, **style):
    """Pixels that a label takes."""
    text = panel.text(0, 0, said, transform=panel.transAxes, **style)
    width = text.get_window_extent().width
    text.remove()
    return width
