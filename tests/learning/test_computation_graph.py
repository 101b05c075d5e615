"""The computation graph of the lecture."""

import numpy as np
import pytest

from loopwise import errors
from loopwise.learning.computation_graph import Graph


def by_text(graph):
    return {node.text: node for node in graph.nodes}


def test_the_lectures_graph():
    graph = Graph("J = 3 * (a + b * c)", a=7, b=4, c=3)
    nodes = by_text(graph)
    assert nodes["b * c"].value == 12  # u
    assert nodes["a + b * c"].value == 19  # v
    assert graph.nodes[-1].value == 57
    assert nodes["a + b * c"].gradient == nodes["a"].gradient == nodes["b * c"].gradient == 3
    assert (nodes["b"].gradient, nodes["c"].gradient) == (9, 12)


def test_the_other_lectures_graph():
    # J = 4(x + yz) at x = 1, y = 2, z = 3: u = 6, v = 7, J = 28; dJ/dx = 4, dJ/dy = 4z = 12, dJ/dz = 4y = 8.
    graph = Graph("J = 4 * (x + y * z)", x=1, y=2, z=3)
    assert graph.nodes[-1].value == 28
    assert [graph.letters[letter].gradient for letter in "xyz"] == [4, 12, 8]


@pytest.mark.parametrize("letter", "abc")
def test_the_graph_is_checked_by_a_small_step(letter):
    graph = Graph("3 * (a + b * c)", a=7, b=4, c=3)
    # The function is linear in each letter: only rounding of J = 57 is left, over a step of 0.001.
    assert abs(graph.nudged(letter) - graph.letters[letter].gradient) < 8 * 57 * np.finfo(float).eps / 0.001
    assert graph.nodes[-1].value == 57  # and the graph is as it was


def test_a_letter_used_twice_adds_up_what_comes_back():
    # J = a·a − a/b at a = 3, b = 2: dJ/da = 2a − 1/b = 5½, dJ/db = a/b² = ¾.
    graph = Graph("a * a - a / b", a=3, b=2)
    assert (graph.letters["a"].gradient, graph.letters["b"].gradient) == (5.5, 0.75)


def test_the_graph_shows_itself():
    assert "b * c            = 12        dJ/d = 3" in Graph("J = 3 * (a + b * c)", a=7, b=4, c=3).table()


@pytest.mark.parametrize(
    ("formula", "message"),
    [("J = 3 * (a", "is no formula"), ("J = a + b", "b has no value"), ("J = sin(a)", "is not understood")],
)
def test_other_formulas_are_refused(formula, message):
    with pytest.raises(errors.OptionError, match=message):
        Graph(formula, a=1)
