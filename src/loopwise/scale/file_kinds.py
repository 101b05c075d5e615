"""What each kind of file says of its examples before they are read, and how some of them are read.

Of each suffix there is a pair: `described(path, target, without)` gives the shape (m, n_x) of X, its type, the columns
of a table, and the labels where the file has them; `rows_of(path, rows, columns)` gives some rows of X.
"""

import zipfile

import numpy as np

from ..datasets.arrays import EXAMPLES, LABELS, chosen, labels_of_rows, of_npy, of_npz
from ..datasets.tables import needed
from ..errors import DataFileError, OptionError


def in_rows(shape, path):
    """Raise unless examples are rows."""
    if len(shape) != 2:
        raise DataFileError(f"{path} has examples {shape}; expected (m, n_x): a row for each")
    return tuple(shape)


def described_npy(path, target, without):
    array = of_npy(path)
    return in_rows(array.shape, path), array.dtype, (), None


def described_npz(path, target, without):
    """Of X only what stands before its numbers; Y is read."""
    labels = chosen(of_npz(path, LABELS), LABELS, path)
    try:
        with zipfile.ZipFile(path) as archive:
            name = next(name for name in EXAMPLES if f"{name}.npy" in archive.namelist())
            with archive.open(f"{name}.npy") as file:
                version = np.lib.format.read_magic(file)
                read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
                shape, _, dtype = read(file)
    except StopIteration:
        raise DataFileError(f"{path} has no array {' or '.join(EXAMPLES)}") from None
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise DataFileError(f"{path} cannot be read: {' '.join(str(error).split())}") from None
    return with_labels(shape, dtype, labels, path)


def with_labels(shape, dtype, labels, path):
    """Of a file that has its labels itself."""
    labels = labels_of_rows(np.asarray(labels), path)
    if in_rows(shape, path)[0] != len(labels):
        raise DataFileError(f"{path} has examples {shape}, and {len(labels)} labels; expected a row for each label")
    return shape, dtype, (), labels


def described_parquet(path, target, without):
    parquet = needed_parquet()
    try:
        file = parquet.ParquetFile(path)
        names = file.schema_arrow.names
        if target is None or target not in names:
            asked = "" if target is None else f"no column {target!r}, but "
            raise OptionError(f"{path} has {asked}{', '.join(names[:12])}: say which is to be predicted, as --target")
        missing = [name for name in without if name not in names]
        if missing:
            raise OptionError(f"{path} has no column {missing[0]!r} to leave out")
        columns = tuple(name for name in names if name != target and name not in without)
        for name in columns:
            kind = file.schema_arrow.field(name).type
            if not any(is_kind(kind) for is_kind in numeric()):
                raise OptionError(f"{path}: column {name!r} is {kind}, no number: leave it out with --without {name}")
        column = file.read(columns=[target]).column(target)
        if column.null_count:
            raise DataFileError(f"{path}: {column.null_count} rows have no {target}")
        return (file.metadata.num_rows, len(columns)), "float64", columns, np.asarray(column.to_numpy())
    except (OSError, ValueError) as error:
        if isinstance(error, OptionError | DataFileError):
            raise
        raise DataFileError(f"{path} cannot be read: {' '.join(str(error).split())}") from None


def needed_parquet():
    needed("pyarrow", "Parquet")
    import pyarrow.parquet as parquet

    return parquet


def numeric():
    """Which of Arrow's types are numbers."""
    from pyarrow import types

    return types.is_integer, types.is_floating, types.is_boolean


def described_zarr(path, target, without):
    store = opened_zarr(path)
    if hasattr(store, "shape"):
        return in_rows(store.shape, path), store.dtype, (), None
    X = chosen(store, EXAMPLES, path)
    return with_labels(X.shape, X.dtype, np.asarray(chosen(store, LABELS, path)[:]), path)


def opened_zarr(path):
    """The array, or the group of arrays, in a Zarr folder."""
    zarr = needed("zarr", "Zarr")
    try:
        return zarr.open(str(path), mode="r")
    except Exception as error:  # whatever a folder of another kind makes Zarr say
        raise DataFileError(f"{path} cannot be read: {' '.join(str(error).split())}") from None


# === where they are computed =========================================================================


def rows_of_npy(path, rows, columns):
    return of_npy(path)[rows]


def rows_of_npz(path, rows, columns):
    return chosen(of_npz(path, EXAMPLES), EXAMPLES, path)[rows]


def rows_of_parquet(path, rows, columns):
    """Only the row groups that hold some of them are read."""
    file = needed_parquet().ParquetFile(path)
    low, high = (rows.start, rows.stop) if isinstance(rows, slice) else (rows[0], rows[-1] + 1)
    ends = np.cumsum([file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)])
    needed_groups = [k for k, end in enumerate(ends) if end > low and (k == 0 or ends[k - 1] < high)]
    begin = 0 if needed_groups[0] == 0 else int(ends[needed_groups[0] - 1])
    table = file.read_row_groups(needed_groups, columns=list(columns))
    X = np.column_stack([table.column(name).to_numpy().astype(np.float64) for name in columns])
    return X[low - begin : high - begin] if isinstance(rows, slice) else X[rows - begin]


def rows_of_zarr(path, rows, columns):
    store = opened_zarr(path)
    X = store if hasattr(store, "shape") else chosen(store, EXAMPLES, path)
    return X[rows] if isinstance(rows, slice) else X.oindex[rows]


DESCRIBED = {".npy": described_npy, ".npz": described_npz, ".parquet": described_parquet, ".zarr": described_zarr}
READERS = {".npy": rows_of_npy, ".npz": rows_of_npz, ".parquet": rows_of_parquet, ".zarr": rows_of_zarr}
