"""What contenders return while they are timed is held to their contracts, not only their first call.

After each sample the results of its last call are looked at. Most have the same numbers as before: then that is all;
others are held to the reference anew.
"""

import numpy as np


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
                self.right[name] = {key: np.array(value) for key, value in outputs.items()}
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
