"""What contenders return while they are timed is held to their contracts, not only their first call.

After each sample the results of its last call are looked at. Most have the same numbers as before: then that is all;
others are held to the reference anew. `keeps_results` gives an implementation other numbers: one that returns the same
again has not done the work that was timed.
"""

from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..implementations import get_implementation
from ..workloads import is_data
from .first_calls import STAND_IN
from .placement import MOST_PLACED, placed

LABELS = "Y"  # halves of them are none


class LaterResults:
    """Called with every sample's last result.

    Attributes
    ----------
    wrong : dict of str to Agreement or Exception
        Of contenders that broke their contract: how. An exception, where results are of another kind than before.
    looked_at : dict of str to int
        How many results of each contender were held against the reference, or were equal to one that was.
    """

    def __init__(self, named, agreement):
        self.named, self.agreement = named, agreement
        self.right, self.wrong, self.looked_at = {}, {}, {}

    def __call__(self, name, results):
        """Look at one contender's results."""
        if name in self.wrong:
            return
        try:
            outputs = self.named[name](results)
            if not same(outputs, self.right.get(name)):
                held = self.agreement[name](outputs)
                if not held.passed:
                    self.wrong[name] = held
                    return
                self.right[name] = copied(outputs)
        except Exception as error:  # results of another kind than those of the first call
            self.wrong[name] = error
            return
        self.looked_at[name] = self.looked_at.get(name, 0) + 1


def same(outputs, others):
    """Whether there are the same results, with the same bits."""
    if others is None or outputs.keys() != others.keys():
        return False
    return all(same_bits(np.asarray(value), others[key]) for key, value in outputs.items())


def same_bits(one, other):
    """Whether two arrays have the same number type, shape and bits."""
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    return np.array_equal(*(np.ascontiguousarray(array).view(np.uint8) for array in (one, other)))


def keeps_results(workload, implementation, most=MOST_PLACED):
    """Whether an implementation returns for other numbers what it returned before.

    The numbers are halved in arrays that it has seen, copies of so many bytes at most, the smallest first; the compiled
    loops tell whether other results are due.
    """
    copies = placed(smallest(workload.inputs, most), np.random.default_rng(0))
    work, loops = replace(workload, inputs=workload.inputs | copies), get_implementation(STAND_IN)
    with suppress(Exception, SystemExit):  # nothing is said of what cannot take halves
        before = copied(work.outputs(implementation))
        for value in copies.values():
            value.flags.writeable = True
            value *= 0.5
        return same(work.outputs(implementation), before) and not same(
            work.outputs(loops), copied(workload.outputs(loops))
        )
    return False


def smallest(inputs, most):
    """The arrays, all but labels, that have so many bytes together."""
    arrays = {name: value for name, value in inputs.items() if is_data(value) and name != LABELS}
    found, room = {}, most
    for name in sorted(arrays, key=lambda name: arrays[name].nbytes):
        room -= arrays[name].nbytes
        if room >= 0:
            found[name] = arrays[name]
    return found


def copied(outputs):
    """Copies, as arrays."""
    return {name: np.array(value) for name, value in outputs.items()}
