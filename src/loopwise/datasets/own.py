"""Your own data: tables, arrays and photographs."""

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..errors import DataFileError, OptionError
from ..validation import choose
from . import arrays, tables
from .by_examples import is_too_large, split_by_examples
from .by_name import DATASETS, load
from .dataset import split, unroll, validate_sizes, validate_split
from .targets import TASKS, numbered, told_apart

OPTIONS = ("target", "one_hot", "without", "task")  # of files of your own


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


def find(name, test_fraction=0.0, seed=0, if_too_large=None, **asked):
    """Data by the name of a data set, or your own: a file, or a folder of photographs.

    Parameters
    ----------
    name : str
    test_fraction, seed
        As for `load`.
    if_too_large
        As for `read`.
    **asked
        Sizes, as for `load`; or what `read` takes.
    """
    asked = {option: value for option, value in asked.items() if value not in (None, ()) and value is not False}
    sizes = [option for option in asked if option not in OPTIONS]
    options = [option for option in asked if option in OPTIONS]
    if not is_own(name):
        if options and name in DATASETS:
            raise OptionError(f"--{options[0].replace('_', '-')} is of a file of your own, not of {name}")
        return load(name, test_fraction, seed, **{size: asked[size] for size in sizes})
    if sizes:
        raise OptionError(f"{name} comes with its own {sizes[0]}")
    if Path(name).expanduser().is_file():
        return read(name, test_fraction=test_fraction, seed=seed, if_too_large=if_too_large, **asked)
    if options:
        raise OptionError(f"--{options[0].replace('_', '-')} is of a file, and {name} is a folder")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".* passed over: ")  # the command says so in a line
        return images(name, test_fraction, seed)


def read(path, target=None, test_fraction=0.0, seed=0, one_hot=False, without=(), task=None, if_too_large=None):
    """Your own data from a file: a table with a row for each example, or arrays.

    Features are standardized, with mean and deviation of the examples to learn from alone, and so is a quantity that
    is to be predicted. Pictures, (m, height, width, 3) of 0 … 255, are unrolled as the lecture does and divided by 255.

    Parameters
    ----------
    path : str or Path
        A table with a header, `.csv` (columns separated by a comma, semicolon, tab or bar), `.tsv` or `.parquet`;
        `.npz` with X and Y; `.npy` with X, whose file may be larger than memory; or HDF5 as the course hands it out,
        with `train_set_x`, `train_set_y` and `list_classes`.
    target : str, optional
        The column of a table that is to be predicted; of a `.npy` the file of its labels.
    test_fraction, seed
        As for `load`.
    one_hot : bool
        Whether each value of a column that holds text becomes a feature of 0 and 1; else it is refused.
    without : sequence of str
        Columns of a table that are left out.
    task : {None, "classification", "regression"}
        By default text, true and false, and up to twenty different whole numbers are classes; other numbers are
        quantities, for regression.
    if_too_large : str, optional
        Why examples that do not fit into memory are of no use; by default they stay on the disk.

    Returns
    -------
    Dataset
        `classes` in sorted order, empty for regression; with its `preparation`.

    Raises
    ------
    DataFileError
        The file cannot be read, or a row lacks a value: the message names row and column. Row 1 is the first example.
    OptionError
        The table has no such target, or a column that holds text and is not made one-hot.
    """
    validate_split(test_fraction, seed)
    if task is not None:
        choose("task", task, TASKS)
    path = Path(path).expanduser()
    if path.suffix.lower() not in (*tables.SUFFIXES, *arrays.SUFFIXES):
        raise DataFileError(
            f"{path} is of no kind that is read; expected {', '.join(tables.SUFFIXES + arrays.SUFFIXES)}"
        )
    if not path.is_file():
        raise DataFileError(f"{path} is not a file" if path.exists() else f"there is no file {path}")
    if path.suffix.lower() in tables.SUFFIXES:
        return of_table(path, target, test_fraction, seed, one_hot, without, task)
    if one_hot or without:
        raise OptionError(f"{path} holds arrays: columns are of tables")
    return of_arrays(path, target, {"test_fraction": test_fraction, "seed": seed}, task, if_too_large)


def of_table(path, target, test_fraction, seed, one_hot, without, task):
    """`read` for a table."""
    frame = tables.read_table(path)
    labels, classes = told_apart(tables.target_of(frame, path, target), task, f"the targets {target!r} of {path}")
    preparation = tables.prepared(frame, path, target, classes, one_hot, without)
    X = preparation.rows(frame, path)
    data = split(path.stem, X, labels, classes, test_fraction, seed, standardize=True, standardize_target=True)
    return replace(data, preparation=preparation)


def of_arrays(path, target, held_out, task, if_too_large):
    """`read` for arrays; those of a `.npy` are standardized by examples, whether they stay on the disk or not."""
    X, labels, names, in_columns = arrays.read_arrays(path, target)
    where = f"the labels of {target or path}"
    if names and task != "regression":
        labels, classes = numbered(labels, names, where)
    else:
        labels, classes = told_apart(labels, task, where)
    preparation = arrays.Preparation(X.shape[1:], in_columns, classes)
    if X.ndim == 2 and isinstance(X, np.memmap):
        on_disk = is_too_large(X)
        if on_disk and if_too_large:
            raise OptionError(f"{path} is too large for memory: {if_too_large}")
        data = split_by_examples(path.stem, X, labels, classes, **held_out, on_disk=on_disk)
        return replace(data, preparation=preparation)
    is_picture = X.ndim == 4 and X.shape[3] == 3
    X = unroll(X) if is_picture else np.asarray(X.reshape(len(X), -1).T, np.float64)
    refuse_not_finite(X, path)
    data = split(path.stem, X, labels, classes, **held_out, standardize=not is_picture, standardize_target=True)
    return replace(data, preparation=preparation)


def refuse_not_finite(X, path):
    """Raise `DataFileError` for the first number of X, (n_x, m), that is not finite."""
    wrong = np.argwhere(~np.isfinite(X.T))
    if len(wrong):
        i, j = wrong[0]
        raise DataFileError(f"{path}: example {i + 1}, feature {j + 1} is {X[j, i]}")
