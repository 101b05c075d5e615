"""What is to be predicted: classes, or a quantity."""

import numpy as np

from ..errors import DataFileError, OptionError

TASKS = ("classification", "regression")
CLASSES_AT_MOST = 20  # different whole numbers that are still classes, not quantities


def told_apart(values, task=None, where="the labels"):
    """Labels, and the classes that they stand for.

    Parameters
    ----------
    values : array (m,)
        Numbers, truth values or text.
    task : {None, "classification", "regression"}
        By default text, truth values and up to twenty different whole numbers (and at most half as many as there are
        examples) are classes; other numbers are quantities, for regression.
    where : str
        Where they stand, for what is refused.

    Returns
    -------
    labels, classes : array (m,), tuple of str
        Whole numbers 0 … classes−1 in the classes' sorted order; or the quantities, and no classes.

    Raises
    ------
    OptionError
        Text is no quantity.
    DataFileError
        All are of one class.
    """
    if len(values) == 0:
        raise DataFileError(f"{where}: there are none")
    is_number = values.dtype.kind in "iuf"
    if is_number and not np.isfinite(values).all():
        first = int(np.flatnonzero(~np.isfinite(values))[0])
        raise DataFileError(f"{where}: number {first + 1} is {values[first]}")
    if task == "regression" and values.dtype.kind not in "iufb":
        raise OptionError(f"{where} hold text, such as {str(values[0])!r}: there is no regression of it")
    found, labels = np.unique(values, return_inverse=True)
    too_many = len(found) > min(CLASSES_AT_MOST, len(values) / 2)
    if task == "regression" or (task is None and is_number and (too_many or (found != np.rint(found)).any())):
        return values.astype(np.float64), ()
    if len(found) < 2:
        raise DataFileError(f"{where} are all {name_of(found[0])}; expected two or more classes")
    return labels.reshape(-1), tuple(map(name_of, found))


def numbered(labels, names, where):
    """Labels that count the classes' names from 0.

    Raises
    ------
    DataFileError
        One is no number of a name.
    """
    wrong = np.flatnonzero(~np.isin(labels, np.arange(len(names))))
    if len(wrong):
        raise DataFileError(f"{where}: number {wrong[0] + 1} is {labels[wrong[0]]}; the names are {named(names)}")
    return labels.astype(int), tuple(names)


def names_of(values):
    """Each value as its class would be called."""
    found, labels = np.unique(values, return_inverse=True)
    return np.array([name_of(value) for value in found])[labels]


def name_of(value):
    """How a value is written: 3.0 is 3."""
    is_whole = not isinstance(value, str | np.bool_) and value == np.rint(value)
    return str(int(value)) if is_whole else str(value)


def named(names, at_most=12):
    """Some names in a line."""
    names = [str(name) for name in names]
    more = f" and {len(names) - at_most} more" if len(names) > at_most else ""
    return ", ".join(names[:at_most]) + more
