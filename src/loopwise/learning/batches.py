"""Which examples a step learns from, and which units it drops: drawn from (seed, epoch, batch), whatever came before.

So a run that goes on from a saved state ends with the same bits as one that was never stopped.
"""

import numpy as np

SHUFFLE, DROP = 1, 2  # independent streams of random numbers


class Batches:
    """The batches of a training run.

    Parameters
    ----------
    m : int
        Examples.
    size : int or None
        Examples a step; all of them, as they are, for None and for m or more.
    seed : int

    Attributes
    ----------
    size : int
        At most m.
    whole : bool
        Whether a batch is all examples.
    count : int
        Batches of an epoch.
    """

    def __init__(self, m, size, seed):
        self.m, self.seed = m, seed
        self.whole = size is None or size >= m
        self.size = m if self.whole else size
        self.count = -(-m // self.size)
        self._epoch, self._order = None, None

    def order(self, epoch):
        """All examples, shuffled anew for each epoch; the last order that was asked for is kept."""
        if self.whole:
            return np.arange(self.m)
        if epoch != self._epoch:
            order = np.random.default_rng(self._drawn_from(SHUFFLE, epoch)).permutation(self.m)
            self._epoch, self._order = epoch, order
        return self._order

    def examples(self, epoch, batch):
        """Which examples one step takes; None for all of them, as they are."""
        return None if self.whole else self.order(epoch)[batch * self.size : (batch + 1) * self.size]

    def seed_of_masks(self, epoch, batch):
        """What a step's masks are drawn from."""
        return self._drawn_from(DROP, epoch, batch)

    def _drawn_from(self, *numbers):
        """The seed and some numbers, as words where they are: NumPy makes the same of a list, but takes longer."""
        entropy = [self.seed, *numbers]
        return np.array(entropy, np.uint32) if max(entropy) < 2**32 else entropy
