"""Examples in files, each a block or several: read where they are computed, in pieces, never all at once.

The labels alone are read here, 8 bytes for each example: which classes there are, and which examples are held out, is
known before any block is.
"""

import glob
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..datasets.arrays import labels_of_rows, of_npy
from ..datasets.dataset import labels_in_rows, learn_and_test
from ..datasets.targets import told_apart
from ..errors import DataFileError, OptionError
from .block import Piece
from .blocks import Blocks, ends_of, examples_for
from .file_kinds import DESCRIBED, READERS
from .sources import InMemory, Source

SUFFIXES = tuple(DESCRIBED)


@dataclass(frozen=True)
class Rows:
    """X of some examples of a file.

    Attributes
    ----------
    path : str
    rows : array of int, or range
        Which of the file's.
    columns : tuple of str
        Of a table.
    scaling : (mean, deviation) or None
        Each (n_x, 1): how X is standardized.
    """

    path: str
    rows: Any
    columns: tuple = ()
    scaling: tuple | None = None

    m = property(lambda self: len(self.rows))

    def read(self):
        """X (n_x, m) as float64, each example in one piece."""
        rows = self.rows
        at = slice(rows.start, rows.stop) if isinstance(rows, range) else np.asarray(rows)
        X = np.asarray(READERS[suffix_of(self.path)](Path(self.path), at, self.columns), np.float64, "C").T
        if self.scaling is None:
            return X
        mean, deviation = self.scaling
        return (X - mean) / deviation

    def cut(self, start, stop):
        return replace(self, rows=self.rows[start:stop])

    def followed_by(self, other):
        """Both as one, where the file goes on; None elsewhere."""
        ranges = isinstance(other, Rows) and isinstance(self.rows, range) and isinstance(other.rows, range)
        if not ranges or replace(other, rows=self.rows) != self or self.rows.stop != other.rows.start:
            return None
        return replace(self, rows=range(self.rows.start, other.rows.stop))

    def place_of(self, i):
        """Where its example i is in the file, counted from 1."""
        return f"example {int(self.rows[i]) + 1}"


@dataclass(frozen=True)
class File:
    """What is known of a file before its examples are read."""

    path: Path
    m: int
    n_x: int
    dtype: str
    columns: tuple
    labels: np.ndarray | None


@dataclass(frozen=True)
class InFiles:
    """Data in files, and what of it is learned from.

    Attributes
    ----------
    learn, test : Blocks
        `test` is None where nothing is held out.
    classes, target_scaling
        As of a `Dataset`.
    columns : tuple of str
        Of tables.
    """

    learn: Blocks
    test: Blocks | None
    classes: tuple
    target_scaling: tuple | None
    columns: tuple


def files_of(data):
    """The files that a pattern, a list with commas, or a folder of blocks names, in the order of their names.

    Raises
    ------
    DataFileError
        There are none, or they are of different kinds.
    """
    paths = []
    for part in data.split(","):
        path = Path(part).expanduser()
        named = path.exists() and not (path.is_dir() and path.suffix != ".zarr")
        paths += [path] if named else sorted(map(Path, glob.glob(str(path / "*" if path.is_dir() else path))))
    paths = [path for path in paths if suffix_of(path) in SUFFIXES]
    if not paths:
        raise DataFileError(f"{data} names no files of blocks; expected {', '.join(SUFFIXES)}")
    kinds = sorted({suffix_of(path) for path in paths})
    if len(kinds) > 1:
        raise DataFileError(f"{data} names files of different kinds: {', '.join(kinds)}")
    return paths


def suffix_of(path):
    """`.npy`, in small letters."""
    return Path(path).suffix.lower()


def in_files(data, target=None, task=None, without=(), test_fraction=0.0, seed=0, examples=None):
    """Data in files of blocks.

    Parameters
    ----------
    data : str
        See `files_of`.
    target : str, optional
        Of tables the column that is to be predicted; of arrays the `.npy` files of their labels, one for all or, as a
        pattern or with commas, one for each.
    task, test_fraction, seed
        As for `datasets.read`.
    without : sequence of str
        Columns of tables that are left out.
    examples : int, optional
        At most so many in a block; by default a file's, in parts of 2^24 numbers.

    Raises
    ------
    DataFileError
        A file cannot be read, is empty, or differs from the others; it is named.
    OptionError
    """
    paths = files_of(data)
    files = [described(path, target, tuple(without)) for path in paths]
    require_alike(files)
    labels, classes = told_apart(labels_of(files, target), task, f"the labels of {data}")
    learn, test = map(np.sort, learn_and_test(data, labels, classes, test_fraction, seed))
    Y, target_scaling = labels_in_rows(labels, classes, learn)
    blocks = [blocks_of_files(files, rows, Y, examples) if len(rows) else None for rows in (learn, test)]
    return InFiles(*blocks, classes, target_scaling, files[0].columns)


def blocks_of_files(files, chosen, Y, examples):
    """Blocks of some of all examples: each file's, in parts where they are many."""
    pieces, first, begin = [], 0, 0
    for file in files:
        rows = chosen[(chosen >= begin) & (chosen < begin + file.m)] - begin
        most = examples or examples_for(file.n_x)
        ends = ends_of(len(rows), most) if len(rows) else []
        for start, stop in zip((0, *ends), ends):
            part = rows[start:stop]
            if part[-1] - part[0] + 1 == len(part):  # nothing between them is left out
                part = range(int(part[0]), int(part[-1]) + 1)
            X = Rows(str(file.path.resolve()), part, file.columns)
            source = Source(X, InMemory(np.ascontiguousarray(Y[:, begin + rows[start:stop]])))
            piece = Piece(len(pieces), first, stop - start, file.n_x, len(Y), str(file.path), source)
            pieces.append(piece)
            first += stop - start
        begin += file.m
    return Blocks(tuple(pieces), np.dtype(np.float64))


def standardizing(blocks, mean, deviation):
    """The same blocks, standardized as they are read."""
    scaling = mean.reshape(-1, 1), deviation.reshape(-1, 1)

    def scaled(piece):
        X = replace(piece.source.X, scaling=scaling)
        return piece._replace(source=replace(piece.source, X=X))

    return replace(blocks, pieces=tuple(map(scaled, blocks.pieces)))


# === before they are read ============================================================================


def described(path, target, without):
    """A `File`."""
    if not path.exists():
        raise DataFileError(f"there is no file {path}")
    (m, n_x), dtype, columns, labels = DESCRIBED[suffix_of(path)](path, target, without)
    if m == 0:
        raise DataFileError(f"{path} is empty: every block needs an example")
    if n_x == 0:
        raise DataFileError(f"{path} has no features")
    if np.dtype(dtype).kind not in "iufb":
        raise DataFileError(f"{path} has examples {dtype}; expected numbers")
    return File(path, m, n_x, str(dtype), columns, labels)


def require_alike(files):
    """Raise `DataFileError` for the first file that differs from the first one."""
    first = files[0]
    for file in files[1:]:
        if file.columns != first.columns:
            other = sorted(set(file.columns) ^ set(first.columns))
            raise DataFileError(f"{file.path} has other columns than {first.path}: {', '.join(other) or 'their order'}")
        if file.n_x != first.n_x:
            raise DataFileError(f"{file.path} has {file.n_x} features; {first.path} has {first.n_x}")
        if file.dtype != first.dtype:
            raise DataFileError(f"{file.path} is {file.dtype}; {first.path} is {first.dtype}")


def labels_of(files, target):
    """The labels of all examples, in their order."""
    if files[0].labels is not None:
        return np.concatenate([file.labels for file in files])
    if target is None:
        raise OptionError(f"{files[0].path} holds no labels: say where they are, as --target Y.npy")
    paths = files_of(target)
    labels = [labels_of_rows(np.array(of_npy(path)), path) for path in paths]
    counted = [len(part) for part in labels]
    if len(files) > 1 and len(paths) == len(files):
        for file, path, count in zip(files, paths, counted):
            if count != file.m:
                raise DataFileError(f"{path} has {count} labels, and {file.path} {file.m} examples")
    if sum(counted) != (m := sum(file.m for file in files)):
        raise DataFileError(f"{target} has {sum(counted)} labels, and there are {m} examples")
    return np.concatenate(labels)
