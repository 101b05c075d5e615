"""Arrays of your own: NumPy's `.npz`, and the HDF5 files that the course hands out."""

import numpy as np

from ..errors import DataFileError
from .tables import CLASSES_AT_MOST, named, needed

SUFFIXES = (".npz", ".h5", ".hdf5")
EXAMPLES = ("X", "x", "data", "train_set_x")
LABELS = ("Y", "y", "target", "labels", "train_set_y")


def read_arrays(path):
    """Examples and labels from a file of arrays.

    Returns
    -------
    X : array (m, n_x) or (m, height, width, 3)
        A row for each example. Of X and Y as the lecture has them, (n_x, m) and (1, m), the transpose.
    labels : array (m,)
    classes : tuple of str
        Empty where the labels are quantities.

    Raises
    ------
    DataFileError
        It cannot be read, or no two arrays in it are examples and their labels.
    """
    contents = of_npz(path) if path.suffix.lower() == ".npz" else of_hdf5(path)
    X, Y = (chosen(contents, names, path) for names in (EXAMPLES, LABELS))
    labels = labels_of_rows(Y, path)
    X = examples_in_rows(X, len(labels), path)
    numbers = np.unique(labels)
    if len(numbers) > CLASSES_AT_MOST or (labels.dtype.kind == "f" and (numbers != np.rint(numbers)).any()):
        return X, labels.astype(np.float64), ()
    names = contents.get("list_classes", numbers)
    classes = tuple(name.decode() if isinstance(name, bytes) else str(name) for name in names)
    if len(numbers) < 2 or len(classes) < len(numbers):
        raise DataFileError(f"{path} has labels of {len(numbers)} classes, named {named(classes)}")
    return X, np.searchsorted(numbers, labels), classes


def of_npz(path):
    """The arrays of a `.npz`; of one with Python's objects none is made."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files if name in (*EXAMPLES, *LABELS, "list_classes")}
    except Exception as error:  # whatever a file of another kind makes zip and NumPy say
        raise DataFileError(f"{path} cannot be read: {' '.join(str(error).split())}") from None


def of_hdf5(path):
    """The arrays of an HDF5 file."""
    h5py = needed("h5py", "HDF5")
    try:
        with h5py.File(path, "r") as file:
            return {name: np.asarray(file[name]) for name in (*EXAMPLES, *LABELS, "list_classes") if name in file}
    except OSError as error:
        raise DataFileError(f"{path} cannot be read: {' '.join(str(error).split())}") from None


def chosen(contents, names, path):
    """The first of some names that a file has."""
    for name in names:
        if name in contents:
            return contents[name]
    raise DataFileError(f"{path} has no array {' or '.join(names)}")


def labels_of_rows(Y, path):
    """Labels (m,) from (m,), (1, m), (m, 1), or from columns with a single 1."""
    if Y.ndim == 2 and 1 not in Y.shape:
        one_hot = Y if (Y.sum(axis=0) == 1).all() else Y.T
        if set(np.unique(Y)) <= {0, 1} and (one_hot.sum(axis=0) == 1).all():
            return np.argmax(one_hot, axis=0)
    elif 1 <= Y.ndim <= 2 and Y.dtype.kind in "iufbU":
        return Y.reshape(-1)
    raise DataFileError(f"{path} has labels {Y.dtype} {Y.shape}; expected (m,), (1, m), or columns with a single 1")


def examples_in_rows(X, m, path):
    """X with a row for each example."""
    if X.dtype.kind not in "iufb" or X.ndim < 2 or m not in (X.shape[0], X.shape[-1]):
        raise DataFileError(f"{path} has examples {X.dtype} {X.shape}, and labels of {m}")
    if X.ndim == 2 and X.shape[1] == m:  # the lecture's way, also where both are possible
        return X.T
    return X
