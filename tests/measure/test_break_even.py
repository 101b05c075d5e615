"""Break-even: after how many calls compiling has paid."""

import math

from helpers.sweeps import cost

from loopwise.report.break_even import when


def test_compiling_has_paid_after_so_many_calls():
    compiled, array = cost("compiled", 10.0, 1.0, 0.01), cost("array", 0.11, 0.11, 0.11)
    for cold in (True, False):
        calls = compiled.pays_after(array, cold)
        assert compiled.total(calls, cold) < array.total(calls, cold)
        assert compiled.total(calls - 1, cold) >= array.total(calls - 1, cold)
    assert compiled.pays_after(array) > compiled.pays_after(array, cold=False) > 1
    assert array.pays_after(compiled) == math.inf
    assert cost("both", 0.01, 0.01, 0.01).pays_after(array) == 1
    assert when(array, compiled) == "never ahead"
    assert when(compiled, array) == "ahead after 100 calls, after 10 when cached"
