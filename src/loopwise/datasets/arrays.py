"""Arrays of your own: NumPy's `.npz` and `.npy`, and the HDF5 files that the course hands out."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import DataFileError, OptionError
from .tables import needed, require_room

SUFFIXES = (".npz", ".npy", ".h5", ".hdf5")
EXAMPLES = ("X", "x", "data", "train_set_x")
LABELS = ("Y", "y", "target", "labels", "train_set_y")
NEW_EXAMPLES = (*EXAMPLES, "test_set_x")  # those that are to be predicted


@dataclass(frozen=True)
class Preparation:
    """What arrays must be for what was learned from others.

    Attributes
    ----------
    example : tuple of int
        The shape of one example: (n_x,), or (height, width, 3) of a picture.
    in_columns : bool
        Whether X had an example in each column, as the lecture has it.
    classes : tuple of str
        Empty where the labels are quantities.
    """

    example: tuple
    in_columns: bool
    classes: tuple
    target: str = "the label"

    @property
    def features(self):
        """The number of each row of X."""
        return range(math.prod(self.example))


def read_arrays(path, target=None):
    """Examples and labels from a file of arrays.

    Parameters
    ----------
    path : Path
    target : str, optional
        Of a `.npy` of examples: the `.npy` of their labels.

    Returns
    -------
    X : array (m, n_x) or (m, height, width, 3)
        A row for each example. Of X and Y as the lecture has them, (n_x, m) and (1, m), the transpose. Of a `.npy` it
        is a map of the file.
    labels : array (m,)
    names : sequence or None
        Of the classes, where the file has them.
    in_columns : bool
        Whether X has an example in each column.

    Raises
    ------
    DataFileError
        It cannot be read, or no two arrays in it are examples and their labels.
    """
    if path.suffix.lower() == ".npy":
        if target is None:
            raise OptionError(f"{path} holds one array: say where its labels are, as --target Y.npy")
        where = Path(target).expanduser()
        contents = {"X": of_npy(path), "Y": np.array(of_npy(where))}
    elif target is not None:
        raise OptionError(f"{path} holds its labels itself: a target is of tables and of .npy")
    else:
        contents, where = contents_of(path, (*EXAMPLES, *LABELS, "list_classes")), path
    X, Y = (chosen(contents, names, path) for names in (EXAMPLES, LABELS))
    labels = labels_of_rows(Y, where)
    names = contents.get("list_classes")
    if names is not None:
        names = [name.decode() if isinstance(name, bytes) else str(name) for name in names]
    in_columns = X.ndim == 2 and X.shape[1] == len(labels)  # also where both are possible
    return examples_in_rows(X, len(labels), in_columns, path), labels, names, in_columns


def read_examples(path, example, in_columns):
    """Examples alone, a row for each, of the shape that was learned from.

    Raises
    ------
    DataFileError
        It cannot be read, or the examples in it have another shape.
    """
    is_one = path.suffix.lower() == ".npy"
    X = of_npy(path) if is_one else chosen(contents_of(path, NEW_EXAMPLES), NEW_EXAMPLES, path)
    if X.dtype.kind in "iufb" and X.size:
        rows, columns = X.shape[1:] == example, X.ndim == 2 and X.shape[:1] == example
        if rows or columns:
            return X.T if columns and (in_columns or not rows) else X
    raise DataFileError(f"{path} has examples {X.dtype} {X.shape}; expected {('m', *example)}".replace("'m'", "m"))


def contents_of(path, names):
    """The arrays of a `.npz` or HDF5 file that have one of some names."""
    require_room(path)
    return of_npz(path, names) if path.suffix.lower() == ".npz" else of_hdf5(path, names)


def of_npy(path):
    """The array of a `.npy`, as a map of the file: what is not looked at is not read."""
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # whatever a file of another kind makes NumPy say
        reason = error.strerror if isinstance(error, OSError) and error.strerror else " ".join(str(error).split())
        raise DataFileError(f"{path} cannot be read: {reason}") from None
    if not isinstance(array, np.ndarray):
        raise DataFileError(f"{path} holds several arrays: as a .npz it would be read")
    return array


def of_npz(path, names):
    """The arrays of a `.npz`; of one with Python's objects none is made."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files if name in names}
    except Exception as error:  # whatever a file of another kind makes zip and NumPy say
        raise DataFileError(f"{path} cannot be read: {' '.join(str(error).split())}") from None


def of_hdf5(path, names):
    """The arrays of an HDF5 file."""
    h5py = needed("h5py", "HDF5")
    try:
        with h5py.File(path, "r") as file:
            return {name: np.asarray(file[name]) for name in names if name in file}
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
    if Y.ndim == 2 and 1 not in Y.shape and Y.dtype.kind in "iufb":
        one_hot = Y if (Y.sum(axis=0) == 1).all() else Y.T
        if set(np.unique(Y)) <= {0, 1} and (one_hot.sum(axis=0) == 1).all():
            return np.argmax(one_hot, axis=0)
    elif 1 <= Y.ndim <= 2 and Y.dtype.kind in "iufbU" and (Y.ndim == 1 or 1 in Y.shape):
        return Y.reshape(-1)
    raise DataFileError(f"{path} has labels {Y.dtype} {Y.shape}; expected (m,), (1, m), or columns with a single 1")


def examples_in_rows(X, m, in_columns, path):
    """X with a row for each example."""
    if X.dtype.kind not in "iufb" or X.ndim < 2 or X.size == 0 or not (in_columns or X.shape[0] == m):
        raise DataFileError(f"{path} has examples {X.dtype} {X.shape}, and labels of {m}")
    return X.T if in_columns else X
