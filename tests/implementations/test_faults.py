"""Faulty twins: what is compiled to be fast is rejected, and a twin in which nothing was changed is accepted.

All other faults stand in the test module of the code that they are planted in: `test_neurons.py`,
`numba_tuned/test_wide.py` …; how a twin is made, in `tests/helpers/faults.py`.
"""

import numba
import pytest
from helpers.contract import hold_all
from helpers.faults import faulty_twin, reject

from loopwise.implementations.registry import REGISTERED


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="only the compiler reorders")
def test_fused_or_reordered_sums_are_rejected():
    found, fault = "from ...jit.decorators import njit", "from numba import njit as j\n\n\nfast = j(fastmath=True)\n"
    fault += "njit = lambda function=None, **inlined: fast(function) if function else fast\n"
    reject("numba_loops", "", found, fault, "logistic_step")


@pytest.mark.parametrize("name", REGISTERED)
def test_unchanged_twin_is_accepted(name):
    hold_all(faulty_twin(name, "", "", ""))
