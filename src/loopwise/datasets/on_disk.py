"""Examples that do not fit into memory: standardized block by block into a file, from which batches are taken.

A file of its own, since every batch needs standardized numbers, in float64, whose examples lie in one piece each. It
lies where the system keeps temporary files (TMPDIR), and is gone when the program ends.
"""

import shutil
import tempfile

import numpy as np

from ..errors import DataFileError
from ..process.memory import bytes_said, free_memory
from .dataset import Dataset, labels_in_rows, learn_and_test

SHARE = 4  # X of more than this part of the free memory stays on the disk: it is copied while it is split and learned
BLOCK_BYTES = 2**25


def is_too_large(X):
    """Whether examples, as float64, are better left on the disk."""
    return 8 * X.size > free_memory() // SHARE


def split_on_disk(name, X, labels, classes, test_fraction, seed):
    """As `split` with standardization.

    Parameters
    ----------
    X : array (m, n_x)
        A row for each example: a map of a file.
    name, labels, classes, test_fraction, seed
        As for `split`.

    Returns
    -------
    Dataset
        X and X_test are (n_x, m) maps of files, `on_disk` is true.

    Raises
    ------
    DataFileError
        A number is not finite, or the disk has no room.
    """
    from sklearn.preprocessing import StandardScaler

    room = shutil.disk_usage(tempfile.gettempdir()).free
    if 8 * X.size > room:
        raise DataFileError(
            f"{name}: standardized examples need {bytes_said(8 * X.size)} of disk; {tempfile.gettempdir()} has "
            f"{bytes_said(room)} (TMPDIR names another folder)"
        )
    learn, test = learn_and_test(name, labels, classes, test_fraction, seed)
    scaler = StandardScaler()
    for _, block in blocks_of(X, learn, name):
        scaler.partial_fit(block)
    maps = [standardized(X, examples, scaler, name) for examples in (learn, test)]
    Y, target_scaling = labels_in_rows(labels, classes, learn)
    scaling = scaler.mean_, scaler.scale_
    return Dataset(
        name,
        *(maps[0], Y[:, learn], maps[1], Y[:, test]),
        classes,
        scaling=scaling,
        target_scaling=target_scaling,
        on_disk=True,
    )


def blocks_of(X, examples, name):
    """Some rows of X as float64, a block at a time, and where among `examples` each block begins."""
    rows = max(1, BLOCK_BYTES // (8 * X.shape[1]))
    for first in range(0, len(examples), rows):
        chosen = examples[first : first + rows]
        block = np.asarray(X[chosen], np.float64)
        wrong = np.argwhere(~np.isfinite(block))
        if len(wrong):
            i, j = wrong[0]
            raise DataFileError(f"{name}: example {chosen[i] + 1}, feature {j + 1} is {block[i, j]}")
        yield first, block


def standardized(X, examples, scaler, name):
    """Some rows of X, standardized, as the columns (n_x, m) of a file that has no name."""
    n_x = X.shape[1]
    if len(examples) == 0:
        return np.empty((n_x, 0))
    with tempfile.TemporaryFile(prefix="loopwise-") as file:
        rows = np.memmap(file, np.float64, "w+", shape=(len(examples), n_x))
        for first, block in blocks_of(X, examples, name):
            rows[first : first + len(block)] = scaler.transform(block)
        return np.asarray(rows).T
