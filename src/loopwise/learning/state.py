"""Where training stands. A state is never changed, only replaced: when Ctrl-C or a kill comes, the last is whole."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..process.notebook import shown_in_notebooks


class Best(NamedTuple):
    """The epoch with the smallest validation cost so far."""

    J: float  # validation cost
    epoch: int
    theta: np.ndarray
    statistics: np.ndarray


@dataclass(frozen=True)
class State:
    """Where training stands: all that is needed to go on. Also its result.

    Attributes
    ----------
    theta : array (P,)
    statistics : array
        Running mean and variance of every normalized unit; empty without batch normalization.
    memory : tuple of arrays
        What the optimizer remembers.
    epoch, batch, step : int
        Whole epochs done, batches done of the next one, updates done in all.
    partial_cost : float
        What that epoch's batches add to its cost.
    start_cost : float or None
        The cost before the first update, of a sample of the examples: divergence is measured against it.
    costs : tuple of float
        One an epoch: the mean over all examples (a sum for perceptron and Adaline), each before its own update.
    validation_costs : tuple of float
    best : Best or None
        The epoch with the smallest validation cost.
    stopped : str or None
        Why training ended: "epochs" (all done), "converged" (no error left; lbfgs: no slope), "stalled" (lbfgs: the
        cost falls no further along the slope), "tol" (nor for some epochs), "patience", "diverged", "interrupted".
    optimizer : str or None
        Whose memory it is; None in files of older versions, which do not say it.
    """

    theta: np.ndarray
    statistics: np.ndarray
    memory: tuple = ()
    epoch: int = 0
    batch: int = 0
    step: int = 0
    partial_cost: float = 0.0
    start_cost: float | None = None
    costs: tuple = ()
    validation_costs: tuple = ()
    best: Best | None = None
    stopped: str | None = None
    optimizer: str | None = None

    _repr_html_ = shown_in_notebooks

    @property
    def last_error_epoch(self):
        """The last epoch, counted from 1, with a cost above 0: when a perceptron made its last error. 0 for none."""
        return max((epoch for epoch, J in enumerate(self.costs, start=1) if J > 0), default=0)
