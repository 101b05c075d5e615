"""What is transposed for a function is transposed back in what it returns."""

from dataclasses import replace

import numpy as np
import pytest

from loopwise.own_code.ways import FLAT, LAYER, LECTURE, NEURON, ROWS, ROWS_FLAT, Way, variations

SHAPES = {
    "X": (("n_x", "m"), (3, 5)),
    "W": (("n[l]", "n[l-1]"), (3, 4)),
    "b": (("n[l]", 1), (3, 1)),
    "w": (("n_x", 1), (3, 1)),
    "A": ((1, "m"), (1, 5)),
    "Z": (("n[l]", "m"), (3, 5)),
}


@pytest.mark.parametrize("way", dict.fromkeys([*NEURON, *LAYER, FLAT]))
@pytest.mark.parametrize("name", SHAPES)
def test_there_and_back(way, name):
    dims, shape = SHAPES[name]
    value = np.arange(float(np.prod(shape))).reshape(shape)
    assert np.array_equal(way.ours(name, way.theirs(name, value, dims), dims, 5), value)


def test_what_another_course_takes():
    X, W, b = np.zeros((3, 5)), np.zeros((4, 3)), np.zeros((4, 1))
    for way, shapes in {
        ROWS_FLAT: ((5, 3), (3, 4), (4,)),
        ROWS: ((5, 3), (3, 4), (1, 4)),
        replace(ROWS_FLAT, transposed=False): ((5, 3), (4, 3), (4,)),
        LECTURE: ((3, 5), (4, 3), (4, 1)),
    }.items():
        given = way.theirs("X", X, ("n_x", "m")), way.theirs("W", W, SHAPES["W"][0]), way.theirs("b", b, SHAPES["b"][0])
        assert tuple(one.shape for one in given) == shapes


def test_labels_and_sums():
    assert Way(signs=True).theirs("Y", np.array([[0.0, 1.0]]), (1, "m")).tolist() == [[-1.0, 1.0]]
    assert Way(sums=True).ours("dW", [[8.0]], SHAPES["W"][0], 4) == 2.0
    assert Way(sums=True).ours("dA_prev", [[8.0]], SHAPES["Z"][0], 4) == 8.0  # no mean


def test_a_number_in_an_array_is_no_number():
    assert FLAT.ours("J", np.ones(1), (), 5).shape == (1,)
    assert ROWS.ours("db", np.ones(1), (), 5).shape == ()
    assert ROWS.ours("db", np.ones((1, 1)), (), 5).shape == (1, 1)


def test_what_is_said():
    assert LECTURE.said() == ""
    assert Way(rows=True, sums=True).said() == "examples in rows, sums over the examples"
    assert Way(order=("dw", "db", "J"), signs=True).said() == "labels −1 and +1, returns dw, db, J"
    assert Way(instead=(("Z", "A"),)).said() == "takes A in place of Z"


def test_the_first_of_each_choice_comes_first():
    ways = list(variations((LECTURE, ROWS), sums=(False, True)))
    assert [(way.rows, way.sums) for way in ways] == [(False, False), (True, False), (False, True), (True, True)]
