"""Examples of a file with a row for each: standardized in blocks, into memory, or into a file where it is too small.

That file is one of its own, since every batch needs standardized numbers, in float64, whose examples lie in one piece
each. It lies where the system keeps temporary files (TMPDIR), and is gone when the program ends. Either way the numbers
are the same, so that a run may be taken up again with more or less memory.
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


def split_by_examples(name, X, labels, classes, test_fraction, seed, on_disk=False):
    """As `split` with standardization; examples stay in the file's order, in which they are read.

    Parameters
    ----------
    X : array (m, n_x)
        A row for each example: a map of a file.
    name, labels, classes, test_fraction, seed
        As for `split`.
    on_disk : bool
        Whether what is standardized becomes a file, too.

    Returns
    -------
    Dataset
        X and X_test are (n_x, m), each example in one piece.

    Raises
    ------
    DataFileError
        A number is not finite, or the disk has no room.
    """
    from sklearn.preprocessing import StandardScaler

    if on_disk:
        require_room_on_disk(name, 8 * X.size)
    learn, test = map(np.sort, learn_and_test(name, labels, classes, test_fraction, seed))
    scaler = StandardScaler()
    for _, block in blocks_of(X, learn, name):
        scaler.partial_fit(block)
    Y, target_scaling = labels_in_rows(labels, classes, learn)
    return Dataset(
        name,
        standardized(X, learn, scaler, name, on_disk),
        Y[:, learn],
        standardized(X, test, scaler, name, on_disk),
        Y[:, test],
        classes,
        scaling=(scaler.mean_, scaler.scale_),
        target_scaling=target_scaling,
        on_disk=on_disk,
        by_examples=True,
    )


def require_room_on_disk(name, size):
    """Raise `DataFileError` where so many bytes have no room among the temporary files."""
    folder = tempfile.gettempdir()
    room = shutil.disk_usage(folder).free
    if size > room:
        raise DataFileError(
            f"{name}: standardized examples need {bytes_said(size)} of disk; {folder} has {bytes_said(room)} (TMPDIR "
            "names another folder)"
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


def standardized(X, examples, scaler, name, on_disk):
    """Some rows of X, standardized, as columns (n_x, m): an array, or the map of a file that has no name."""
    rows = empty((len(examples), X.shape[1]), on_disk)
    for first, block in blocks_of(X, examples, name):
        rows[first : first + len(block)] = scaler.transform(block)
    return np.asarray(rows).T


def empty(shape, on_disk):
    """Room for so many numbers."""
    if not on_disk or shape[0] == 0:
        return np.empty(shape)
    with tempfile.TemporaryFile(prefix="loopwise-") as file:
        return np.memmap(file, np.float64, "w+", shape=shape)
