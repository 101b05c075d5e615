"""The table of dimensions, and the network drawn with them."""

from itertools import pairwise

import matplotlib.image
import pytest
from helpers.cli import in_process

from loopwise import Architecture
from loopwise.report.shapes import MOST_UNITS, heights, layer_shapes, shapes_figure


def drawn(n, **options):
    """The figure's panel, with everything in it."""
    activations = ("relu",) * (len(n) - 2) + ("sigmoid",)
    architecture = Architecture(n, activations, **options)
    rows = [layer_shapes(architecture, l, "m") for l in range(1, architecture.L + 1)]
    (panel,) = shapes_figure(architecture, rows, "m").axes
    return panel


def test_a_circle_for_each_unit_and_a_line_for_each_weight():
    panel = drawn((3, 4, 1))
    assert [len(units.get_offsets()) for units in panel.collections] == [3, 4, 1]
    assert len(panel.lines) == 3 * 4 + 4 * 1
    assert panel.get_title() == "3-4-1: 21 parameters"
    assert [text.get_text() for text in panel.texts] == [
        "X (3, m)",
        "input",
        "W[1] (4, 3)\nb[1] (4, 1)\nZ[1], A[1] (4, m)",
        "layer 1\nrelu",
        "W[2] (1, 4)\nb[2] (1, 1)\nZ[2], A[2] (1, m)",
        "layer 2\nsigmoid",
    ]


def test_normalized_layers_have_a_gamma():
    texts = [text.get_text() for text in drawn((3, 4, 1), batch_norm=True).texts]
    assert "gamma[1] (4, 1)" in texts[2]
    assert "gamma" not in texts[4]


def test_of_many_units_the_first_and_the_last():
    panel = drawn((784, MOST_UNITS, 1))
    assert [len(units.get_offsets()) for units in panel.collections] == [MOST_UNITS - 2, 3, MOST_UNITS, 1]


@pytest.mark.parametrize("n", [1, 2, 3, MOST_UNITS, MOST_UNITS + 1, 1000])
def test_units_stand_apart_and_around_the_middle(n):
    places = heights(n)
    assert len(places) == (n if n <= MOST_UNITS else MOST_UNITS - 2)
    assert all(above - below > 0.2 for above, below in pairwise(places))
    assert abs(sum(places)) < 1e-12
    assert max(map(abs, places)) <= 1


def test_the_command_draws_it(tmp_path, monkeypatch, capsys):
    path = tmp_path / "network.png"
    assert in_process(monkeypatch, "shapes", "--layers", "5,4,3", "--examples", "7", "--plot", str(path)) == 0
    assert matplotlib.image.imread(path).shape[:2] == (900, 1200)
    assert "39 parameters" in capsys.readouterr().out
