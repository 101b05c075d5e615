"""Your own data: tables, arrays and photographs."""

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..errors import DataFileError, OptionError
from ..validation import choose
from . import arrays, tables
from .by_name import DATASETS
from .dataset import split, unroll, validate_sizes, validate_split


def images(folder, test_fraction=0.0, seed=0, size=64, broken="refuse"):
    """Your own photographs: every folder inside `folder` is a class, its name the class's.

    Each picture is turned upright as its camera noted (EXIF), cut to the square in its middle, scaled to
    size × size, laid on white where it is transparent, and unrolled as `cats` are. Of an animation: the first picture.

    Parameters
    ----------
    folder : str or Path
    test_fraction, seed
        As for `load`.
    size : int
        1 to 1024.
    broken : {"refuse", "skip"}
        What to do with a picture that cannot be read: raise `DataFileError`, or warn and go on without it.

    Returns
    -------
    Dataset
        `classes` in sorted order. Of two, the second is the 1 of Y: with folders `cat` and `not_cat`, 1 means not a
        cat (call them `0 not cat` and `1 cat` for the other way round). More than two are one-hot.

    Warns
    -----
    UserWarning
        Files are passed over: what is no picture by its name (notes.txt), lies beside the folders or in folders inside
        them. `passed_over` counts them, and what systems leave behind (.DS_Store, __MACOSX), without a warning.
    """
    from .pictures import HIDDEN, read_folder

    validate_split(test_fraction, seed)
    validate_sizes(most=1024, size=size)
    choose("way with broken pictures", broken, ("refuse", "skip"))
    name, pictures, labels, classes, passed_over = read_folder(folder, size, skip_broken=broken == "skip")
    data = split(name, unroll(pictures), labels, classes, test_fraction, seed)
    data = replace(data, passed_over=passed_over)
    if set(passed_over) - {HIDDEN}:
        warnings.warn(f"{folder}: {data.said_of_others}", stacklevel=2)
    return data


def is_own(name):
    """Whether the name of data is a file that `read` takes, or a folder, rather than a data set's."""
    path = Path(name or "nothing").expanduser()
    return name not in DATASETS and (
        path.is_dir() or (path.is_file() and path.suffix.lower() in tables.SUFFIXES + arrays.SUFFIXES)
    )


def read(path, target=None, test_fraction=0.0, seed=0, one_hot=False):
    """Your own data from a file: a table with a row for each example, or arrays.

    Features are standardized, with mean and deviation of the examples to learn from alone; pictures, (m, height, width,
    3) of 0 … 255, are unrolled as the lecture does and divided by 255.

    Parameters
    ----------
    path : str or Path
        A table with a header, `.csv` (columns separated by a comma, semicolon, tab or bar), `.tsv` or `.parquet`;
        `.npz` with X and Y; or HDF5 as the course hands it out, with `train_set_x`, `train_set_y` and `list_classes`.
    target : str, optional
        The column of a table that is to be predicted. Text, true and false, and up to twenty different whole numbers
        are classes; other numbers are quantities, for regression.
    test_fraction, seed
        As for `load`.
    one_hot : bool
        Whether each value of a column that holds text becomes a feature of 0 and 1; else it is refused.

    Returns
    -------
    Dataset
        `classes` in sorted order, empty for regression; of a table with its `preparation`.

    Raises
    ------
    DataFileError
        The file cannot be read, or a row lacks a value: the message names row and column. Row 1 is the first example.
    OptionError
        The table has no such target, or a column that holds text and is not made one-hot.
    """
    validate_split(test_fraction, seed)
    path = Path(path).expanduser()
    if path.suffix.lower() not in (*tables.SUFFIXES, *arrays.SUFFIXES):
        raise DataFileError(
            f"{path} is of no kind that is read; expected {', '.join(tables.SUFFIXES + arrays.SUFFIXES)}"
        )
    if not path.is_file():
        raise DataFileError(f"{path} is not a file" if path.exists() else f"there is no file {path}")
    if path.suffix.lower() in arrays.SUFFIXES:
        if target is not None or one_hot:
            raise OptionError(f"{path} holds arrays: a target and one-hot are of tables")
        X, labels, classes = arrays.read_arrays(path)
        is_pictures = X.ndim == 4
        X = unroll(X) if is_pictures else np.asarray(X.reshape(len(X), -1).T, np.float64)
        _refuse_not_finite(X, path)
        return split(path.stem, X, labels, classes, test_fraction, seed, standardize=not is_pictures)
    frame = tables.read_table(path)
    preparation = tables.prepared(frame, path, target, one_hot)
    X, classes = preparation.rows(frame, path), preparation.classes
    labels = tables.labels_of(frame[target], classes, path)
    data = split(path.stem, X, labels, classes, test_fraction, seed, standardize=True)
    return replace(data, preparation=preparation)


def _refuse_not_finite(X, path):
    wrong = np.argwhere(~np.isfinite(X.T))
    if len(wrong):
        i, j = wrong[0]
        raise DataFileError(f"{path}: example {i + 1}, feature {j + 1} is {X[j, i]}")
