"""Labels that a loss can take: looked at once, before training or comparing, never in a step."""

import numpy as np

from ..errors import LabelError, ShapeError
from ..interface import LOSSES
from ..validation import choose


def validate_labels(Y, loss="cross_entropy", activation="sigmoid"):
    """Raise `LabelError` where cross-entropy has no meaning.

    Parameters
    ----------
    Y : array (n_y, m)
    loss : str
        Squared and absolute take any numbers; cross-entropy takes 0 and 1.
    activation : str
        Of the last layer. Softmax needs exactly one 1 in each column.
    """
    if choose("loss", loss, LOSSES) != "cross_entropy":
        return
    if Y.ndim != 2:
        raise ShapeError(f"Y is {Y.shape}; expected (n_y, m)")
    odd = np.argwhere((Y != 0) & (Y != 1))
    if len(odd):
        k, i = (int(index) for index in odd[0])
        raise LabelError(f"Y[{k}, {i}] is {Y[k, i]:g}; expected labels 0 or 1")
    if activation == "softmax":
        sums = Y.sum(axis=0)
        if (sums != 1).any():
            i = int(np.argmax(sums != 1))
            raise LabelError(f"column {i} of Y holds {sums[i]:g} ones; softmax expects one-hot columns, exactly one 1")
