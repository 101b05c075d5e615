"""Which kernel does a neuron's step: every shape."""

import pytest
from helpers.contract import hold
from helpers.networks import TUNED

from loopwise import workloads
from loopwise.workloads import LAYOUTS


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("n_x", "m"), [(2, 40_001), (3, 20_003), (101, 3001), (5003, 13), (12_289, 40)])
def test_logistic_steps_of_every_shape_keep_the_contract(n_x, m, dtype, layout):
    hold(TUNED, workloads.operation("logistic_step", 1, n_x, m).arranged(dtype, layout))
