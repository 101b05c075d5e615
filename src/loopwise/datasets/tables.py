"""Tables of your own, a row for each example: read with pandas, checked, and turned into the lecture's columns.

How its columns become features is its `Preparation`: new rows go the same way with it.
"""

import csv
import shlex
from dataclasses import dataclass

import numpy as np

from ..errors import DataFileError, OptionError
from ..process.memory import bytes_said, free_memory
from .targets import named

SUFFIXES = (".csv", ".tsv", ".parquet")
SEPARATORS = ",;\t|"
SAMPLE_BYTES = 2**16  # of a file, to see what separates its columns


# === reading ==========================================================================================


def read_table(path, is_text=()):
    """A table as a pandas `DataFrame`, its columns named by text.

    Parameters
    ----------
    path : Path
    is_text : sequence of str
        Columns that are text, whatever stands in them: of new rows those that were text before.

    Raises
    ------
    DataFileError
        There is no such file, it is of another kind, or it cannot be read.
    """
    pandas = needed("pandas", "tables")
    suffix = path.suffix.lower()
    try:
        require_room(path)
        if suffix == ".parquet":
            needed("pyarrow", "Parquet")
            frame = pandas.read_parquet(path)
        else:
            separator = "\t" if suffix == ".tsv" else separator_of(path)
            frame = pandas.read_csv(
                path,
                sep=separator,
                skipinitialspace=True,
                encoding="utf-8-sig",
                low_memory=False,
                dtype=dict.fromkeys(is_text, str),
            )
    except (OSError, ValueError, ImportError) as error:  # pandas' and Arrow's own are ValueErrors
        reason = error.strerror if isinstance(error, OSError) and error.strerror else " ".join(str(error).split())
        raise DataFileError(f"{path} cannot be read: {reason}") from None
    frame.columns = [str(name).strip() for name in frame.columns]
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise DataFileError(f"{path} has two columns {twice[0]!r}")
    if len(frame) == 0:
        raise DataFileError(f"{path} has no rows")
    if all(is_number(name) for name in frame.columns):
        raise DataFileError(f"the first line of {path} holds numbers only; expected the columns' names")
    return frame


def require_room(path):
    """Raise `DataFileError` for a file that is larger than the free memory: it is read as a whole."""
    size, free = path.stat().st_size, free_memory()
    if size > free:
        raise DataFileError(
            f"{path} has {bytes_said(size)}, and {bytes_said(free)} of memory are free: it is read as a whole; "
            "arrays larger than memory are learned from as .npy"
        )


def needed(module, what):
    """Import a library of the extra `data`, or say in a line how to get it."""
    try:
        return __import__(module)
    except ImportError:
        message = f"to read {what}, loopwise needs {module}: pip install 'loopwise[data]'"
        raise DataFileError(message) from None


def separator_of(path):
    """What separates the columns of the first lines: a comma where nothing else does."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        sample = file.read(SAMPLE_BYTES)
    header = sample.partition("\n")[0]
    try:
        return csv.Sniffer().sniff(header, SEPARATORS).delimiter
    except csv.Error:
        return ","


def is_number(text):
    """Whether a text is one, as in a file that has no header."""
    try:
        float(text)
    except ValueError:
        return False
    return True


# === what is in it ====================================================================================


@dataclass(frozen=True)
class Preparation:
    """How rows of a table become columns of X, and rows of A names again.

    Attributes
    ----------
    columns : tuple of str
        The table's that are read, in this order.
    values : dict of str to tuple of str
        Of each column that holds text: its values, of which each becomes a feature of 0 and 1.
    target : str
    classes : tuple of str
        Of the target; empty where it holds real numbers.
    target_is_text : bool
    """

    columns: tuple
    values: dict
    target: str
    classes: tuple
    target_is_text: bool = False

    @property
    def features(self):
        """A name for each row of X."""
        return [
            name if value is None else f"{name} = {value}"
            for column in self.columns
            for name, value in ((column, value) for value in self.values.get(column, (None,)))
        ]

    def rows(self, frame, path):
        """The features of each row of a table, before they are standardized: (n_x, m).

        Raises
        ------
        DataFileError
            A column is not there, or a row has no value in it, or one that is no number or was never seen.
        """
        absent = [name for name in self.columns if name not in frame.columns]
        if absent:
            raise DataFileError(f"{path} has no column {absent[0]!r}; it has {named(frame.columns)}")
        return np.concatenate([self._feature(frame[name], path) for name in self.columns])

    def _feature(self, column, path):
        refuse_missing(column, path)
        if column.name not in self.values:
            return numbers_of(column, path)[None]
        text, values = column.astype(str).to_numpy(), self.values[column.name]
        unknown = np.flatnonzero(~np.isin(text, values))
        if len(unknown):
            where = f"column {column.name!r}, row {unknown[0] + 1}"
            raise DataFileError(f"{path}: {where} holds {text[unknown[0]]!r}; known are {named(values)}")
        return (text == np.array(values)[:, None]).astype(np.float64)


def prepared(frame, path, target, classes, one_hot=False, without=()):
    """The `Preparation` of a table whose column `target` is to be predicted.

    Raises
    ------
    OptionError
        There is no such column; or a column holds text, and `one_hot` is not given.
    """
    for name in without:
        require_column(frame, path, name, "to leave out")
        if name == target:
            raise OptionError(f"--without leaves out {target!r}, which is the target")
    columns = [name for name in frame.columns if name != target and name not in without]
    if not columns:
        raise DataFileError(f"{path} has no column to learn from beside its target {target!r}")
    values = {}
    for name in columns:
        refuse_missing(frame[name], path)
        if holds_text(frame[name]):
            text = frame[name].astype(str)
            if not one_hot:
                raise OptionError(
                    f"column {name!r} of {path} holds text, such as {text.iloc[0]!r}: --without {dashed(name)} leaves "
                    "it out, --one-hot makes a feature of each of its values"
                )
            values[name] = tuple(sorted(set(text)))
    return Preparation(tuple(columns), values, target, classes, holds_text(frame[target]))


def require_column(frame, path, name, what):
    """Raise where a table lacks a column that an option names."""
    if name not in frame.columns:
        raise OptionError(f"{path} has no column {name!r} {what}; it has {named(frame.columns)}")


def dashed(name):
    """A column's name as it is written on a command line, where commas separate several."""
    return shlex.quote(f'"{name}"' if "," in name else name)


def target_of(frame, path, target):
    """The values of the column that is to be predicted.

    Raises
    ------
    OptionError
        No column is named, or it is not there.
    """
    if target is None:
        raise OptionError(f"{path} has the columns {named(frame.columns)}: say which is the target, as --target NAME")
    require_column(frame, path, target, "for a target")
    return values_of(frame[target], path)


def values_of(column, path):
    """A column as text, truth values or float64, of which none is missing."""
    refuse_missing(column, path)
    if holds_text(column):
        return column.astype(str).to_numpy(str)
    return column.to_numpy(bool) if str(column.dtype) in ("bool", "boolean") else numbers_of(column, path)


def holds_text(column):
    """Whether a column is neither of numbers nor of true and false."""
    return column.dtype.kind not in "iufb" and str(column.dtype) not in ("boolean", "Int64", "Float64")


def numbers_of(column, path):
    """A column's numbers as float64."""
    try:
        numbers = column.to_numpy(np.float64)
    except (TypeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise DataFileError(f"{path}: column {column.name!r} holds more than numbers: {reason}") from None
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if len(wrong):
        raise DataFileError(f"{path}: column {column.name!r}, row {wrong[0] + 1} holds {numbers[wrong[0]]}")
    return numbers


def refuse_missing(column, path):
    """Raise `DataFileError` for the first row without a value."""
    missing = np.flatnonzero(column.isna().to_numpy())
    if len(missing):
        more = f" (of {len(missing)} rows without one)" if len(missing) > 1 else ""
        raise DataFileError(f"{path}: column {column.name!r}, row {missing[0] + 1} has no value{more}")
