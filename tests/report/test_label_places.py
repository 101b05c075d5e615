"""Figures of what was measured, drawn with numbers of any size: no word leaves the slide, none hides another."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from helpers import made_up
from matplotlib.image import imread
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from loopwise.report.break_even import break_even_figure
from loopwise.report.comparison import comparison_figure
from loopwise.report.html import Points
from loopwise.report.ladder import ladder_figure
from loopwise.report.outputs import put_figure
from loopwise.report.roofline import roofline_figure
from loopwise.report.sweep import sweep_figure
from loopwise.report.training import training_figure

LEAST, MOST = 1e-3, 1e6

# Numbers that were measured: all alike, or from one end to the other.
SERIES = {
    "least": [LEAST] * 5,
    "the report's": [95.1, 12.0, 181.0, 51.0, 90.4],
    "most": [MOST] * 5,
    "rising": [*np.geomspace(LEAST, MOST, 5)],
    "falling": [*np.geomspace(MOST, LEAST, 5)],
    "one far below": [MOST, MOST, LEAST, MOST, MOST],
    "one far above": [LEAST, LEAST, MOST, LEAST, LEAST],
    "digits": [123456.0, 99999.0, 1234.5, 999.5, 0.0123],
}


def compared(numbers, points=None):
    return comparison_figure([made_up.comparison(numbers), made_up.comparison(numbers[::-1])], points)


def swept(numbers, points=None):
    # Times that grow with the size, and times that do not, so that lines cross.
    table = [[a * (1 - share) + b * share for a, b in zip(numbers, numbers[::-1])] for share in np.linspace(0, 1, 15)]
    return sweep_figure(made_up.swept(table), points)


def paid(numbers, points=None):
    return break_even_figure(made_up.paid(numbers, numbers[::-1]), points)


def climbed(numbers):
    return ladder_figure(made_up.climbed(numbers, numbers[1], {1: numbers[2], 64: numbers[3]}))


def roofed(numbers):
    peak, memory, *rates = numbers
    return roofline_figure(made_up.limits(peak, memory), made_up.CARD, made_up.points(rates))


def trained(numbers):
    return training_figure(made_up.trained(numbers, numbers[::-1]))


SLIDES = {
    "compare": compared, "sweep": swept, "break-even": paid, "ladder": climbed, "machine": roofed, "train": trained,
}  # fmt: skip
PAGES = {name: SLIDES[name] for name in ("compare", "sweep", "break-even")}


@cache
def drawn(name, series):
    """A figure, drawn once for all that is asked of it."""
    return SLIDES[name](SERIES[series])


def words(figure):
    """Every text that is seen."""
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def assert_on_the_slide(figure):
    width, height = figure.bbox.size
    assert words(figure)
    for word in words(figure):
        box = word.get_window_extent()
        assert (0 <= box.x0, box.x1 <= width, 0 <= box.y0, box.y1 <= height) == (True,) * 4, (word, box)


def corners(label):
    """A label's rectangle, turned as it is."""
    x, y = label.get_transform().transform(label.get_position())
    angle = label.get_rotation()
    label.set_rotation(0)
    box = label.get_window_extent()
    label.set_rotation(angle)
    path = Path.unit_rectangle().transformed(Affine2D().scale(box.width, box.height).translate(box.x0 - x, box.y0 - y))
    return path.transformed(Affine2D().rotate_deg(angle).translate(x, y))


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("name", SLIDES)
def test_no_word_leaves_the_slide(name, series, tmp_path):
    figure = drawn(name, series)
    assert_on_the_slide(figure)
    put_figure(str(tmp_path / "slide.png"), figure)
    assert_on_the_slide(figure)  # and it is saved as it was laid out
    assert imread(tmp_path / "slide.png").shape[1] == 1596


@pytest.mark.parametrize("series", ["least", "the report's", "most", "rising"])
@pytest.mark.parametrize("name", PAGES)
def test_no_word_leaves_the_page_s_figure(name, series):
    figure = PAGES[name](SERIES[series], Points())
    assert_on_the_slide(figure)


@pytest.mark.parametrize("gain", [1.0, 30.0])
@pytest.mark.parametrize(("peak", "memory"), [(LEAST, MOST), (MOST, LEAST), (95.1, 12.0)])
def test_no_word_leaves_the_roofline(peak, memory, gain):
    measured = made_up.limits(peak, memory, gain=gain)
    assert_on_the_slide(roofline_figure(measured, made_up.CARD, made_up.points([LEAST, peak, MOST])))
    assert_on_the_slide(roofline_figure(measured, made_up.CARD))  # as in the demo: no work on it


@pytest.mark.parametrize("rate", [40, 120, 160, 170, 180, 230])  # from 160 to 180 all places beside it are taken
def test_a_workload_near_a_roof_is_named_elsewhere(rate):
    measured = made_up.limits(58.8, 30.0, gain=1.1)
    assert_no_label_hides_another(roofline_figure(measured, made_up.CARD, made_up.points([10.0, 50.0, rate])))


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("name", ["compare", "sweep", "ladder", "machine"])
def test_no_label_hides_another(name, series):
    assert_no_label_hides_another(drawn(name, series))


def assert_no_label_hides_another(figure):
    """Whatever is written in a panel stands beside everything else that is."""
    for panel in figure.axes:
        outlines = [(label.get_text(), corners(label)) for label in panel.texts]
        for (one, path), (other, its_path) in combinations(outlines, 2):
            assert not path.intersects_path(its_path), (one, other)


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("name", SLIDES)
def test_no_tick_hides_another(name, series):
    for panel in drawn(name, series).axes:
        for axis in (panel.xaxis, panel.yaxis):
            boxes = [label.get_window_extent() for label in axis.get_majorticklabels() if label.get_text()]
            for one, other in combinations(boxes, 2):
                assert not one.overlaps(other)


@pytest.mark.parametrize("series", ["least", "the report's", "most", "rising", "falling"])
def test_the_bend_of_every_roof_is_seen(series):
    figure = drawn("machine", series)
    low, high = figure.axes[0].get_xlim()
    roofs = [line.get_xdata() for line in figure.axes[0].lines if len(line.get_xdata()) == 3]
    assert len(roofs) == 2
    assert all(low < bend < high for _, bend, _ in roofs)
