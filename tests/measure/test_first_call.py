"""The first call, in a process of its own."""

import pytest

from loopwise import workloads
from loopwise.errors import LoopwiseError
from loopwise.measure.first_call import first_call


def test_the_first_call_compiles_once_and_is_loaded_then(tmp_path):
    arguments = ("numba_loops", workloads.drawn, "logistic", 20, 3)
    cold, cached = (first_call(*arguments, cache=tmp_path) for _ in range(2))
    assert cold.compiling > 0
    assert cached.compiling == 0
    assert cold.first_call >= cold.compiling
    assert first_call("numpy_vectorized", workloads.drawn, "logistic", 20, 3).compiling == 0


def test_a_process_that_fails_is_one_line():
    with pytest.raises(LoopwiseError, match=r"numba_loops: the process that makes the first call failed: .*nothing"):
        first_call("numba_loops", workloads.drawn, "nothing")
