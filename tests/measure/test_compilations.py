"""Compilations: counted and timed, and none where nothing is new."""

import numba
import numpy as np

from loopwise import get_implementation
from loopwise.measure.compilations import compilations


def test_nothing_is_compiled_twice():
    impl = get_implementation("numba_loops")
    Z = np.ones((2, 3))
    impl.activate(Z, "relu")
    with compilations() as compiled:
        impl.activate(Z, "tanh")
        impl.activate(Z + 1, "softmax")
    assert compiled.count == 0
    assert compiled.seconds == 0.0


def test_compilations_are_counted_and_timed():

    with compilations() as compiled:
        numba.njit(lambda x: x + 1)(1.0)
    assert compiled.count == 1
    assert compiled.seconds > 0


def test_what_is_compiled_is_named_by_what_was_called():
    names = []

    @numba.njit
    def inner(x):
        return x + 1

    @numba.njit
    def outer(x):
        return inner(x) + 1

    with compilations(names.append):
        outer(1.0)
        outer(2.0)
        outer(1)
    assert names == ["outer", "", "outer", ""]
