"""Examples in blocks: of arrays, maps of files or Dask arrays, in the lecture's orientation."""

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..datasets.targets import named
from ..errors import DTypeError, ShapeError
from ..validation import validate_count
from .block import Piece
from .sources import Source, joined, part_of

NUMBERS = 2**24  # of X in a block by default, at most: 128 MiB
GROUP_NUMBERS = 2**20  # of X in a group by default, at most
REALS = ("float64", "float32")


@dataclass(frozen=True)
class Blocks:
    """Examples to learn from, in blocks.

    Attributes
    ----------
    pieces : tuple of Piece
    X, Y : dask.array.Array or None
        Where the pieces have no sources.
    dtype : numpy.dtype
    """

    pieces: tuple
    dtype: np.dtype
    X: Any = None
    Y: Any = None

    n_x = property(lambda self: self.pieces[0].n_x)
    n_y = property(lambda self: self.pieces[0].n_y)
    m = property(lambda self: self.pieces[-1].first + self.pieces[-1].m)
    bytes = property(lambda self: self.n_x * self.m * self.dtype.itemsize)

    def cut(self, ends):
        """The same examples in other blocks.

        Parameters
        ----------
        ends : sequence of int
            Before which example each block ends.
        """
        if tuple(ends) == tuple(piece.first + piece.m for piece in self.pieces):
            return self
        if self.X is not None:
            lengths = tuple(np.diff([0, *ends]).tolist())
            return of_dask(self.X.rechunk({1: lengths}), self.Y.rechunk({1: lengths}))
        found = [self._parts(start, stop) for start, stop in zip((0, *ends), ends)]
        sources = [joined([source for _, source in parts]) for parts in found]
        names = [named(list(dict.fromkeys(name for name, _ in parts)), at_most=2) for parts in found]
        return Blocks(pieces_of(sources, np.diff([0, *ends]), self.n_x, self.n_y, names), self.dtype)

    def _parts(self, start, stop):
        """The names and sources of some examples in a row."""
        found = []
        for piece in self.pieces:
            low, high = max(start, piece.first), min(stop, piece.first + piece.m)
            if low < high:
                whole = high - low == piece.m
                source = piece.source if whole else piece.source.cut(low - piece.first, high - piece.first)
                found.append((piece.name, source))
        return found

    def aligned(self, group):
        """The same examples, each group of them in one block: that in which it begins."""
        ends = {min(self.m, -(-(piece.first + piece.m) // group) * group) for piece in self.pieces}
        return self.cut(sorted(ends))


def blocks_of(X, Y, examples=None):
    """Examples in blocks.

    Parameters
    ----------
    X, Y : array (n_x, m) and (n_y, m)
        NumPy arrays, maps of files or Dask arrays. Where X lies with its examples side by side (F order, as the
        transpose of a file with a row for each), blocks are views, and nothing is copied before it is needed.
    examples : int, optional
        In each block but the last. By default Dask's own blocks, or blocks of 2^24 numbers.

    Returns
    -------
    Blocks

    Raises
    ------
    ShapeError, DTypeError
        Of Dask arrays a size is not known, a block is empty, or numbers are no floats.
    """
    if examples is not None:
        validate_count("examples", examples)
    if is_dask(X) or is_dask(Y):
        blocks = of_dask(*as_dask(X, Y))
        return blocks if examples is None else blocks.cut(ends_of(blocks.m, examples))
    X, Y = map(real, (X, Y))
    validate_shapes(X, Y)
    ends = ends_of(X.shape[1], examples or examples_for(len(X)))
    whole = Source(part_of(X), part_of(Y))
    sources = [whole.cut(start, stop) for start, stop in zip((0, *ends), ends)]
    names = [f"block {k} of {len(ends)}" for k in range(1, len(ends) + 1)]
    return Blocks(pieces_of(sources, np.diff([0, *ends]), len(X), len(Y), names), X.dtype)


def is_dask(array):
    """Whether it is a Dask array; where Dask was never imported nothing is."""
    dask = sys.modules.get("dask.array")
    return dask is not None and isinstance(array, dask.Array)


def as_dask(X, Y):
    """X and Y with the same blocks of examples, each with all features."""
    import dask.array as da

    for name, array in (("X", X), ("Y", Y)):
        if array.ndim != 2:
            raise ShapeError(f"{name} is {array.shape}; expected (n, m): an example in each column")
        if np.isnan(np.array(array.shape, float)).any():
            raise ShapeError(f"{name} has blocks of sizes that are not known; call compute_chunk_sizes() first")
    validate_shapes(X, Y)
    lengths = next(array.chunks[1] for array in (X, Y) if is_dask(array))
    return tuple((array if is_dask(array) else da.from_array(array)).rechunk({0: -1, 1: lengths}) for array in (X, Y))


def of_dask(X, Y):
    """Blocks of Dask arrays that are blocked alike."""
    lengths = X.chunks[1]
    X, Y = (array.astype(float) if array.dtype.kind in "iub" else array for array in (X, Y))
    validate_types(X, Y)
    for k, length in enumerate(lengths, start=1):
        if length == 0:
            raise ShapeError(f"block {k} of {len(lengths)} is empty; every block needs an example")
    names = [f"block {k} of {len(lengths)}" for k in range(1, len(lengths) + 1)]
    pieces = pieces_of([None] * len(lengths), lengths, X.shape[0], Y.shape[0], names)
    return Blocks(pieces, X.dtype, X, Y)


def pieces_of(sources, lengths, n_x, n_y, names):
    """A piece for each source."""
    firsts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).tolist()
    numbered = zip(range(len(sources)), firsts, map(int, lengths), names, sources)
    return tuple(Piece(k, first, m, n_x, n_y, name, source) for k, first, m, name, source in numbered)


def ends_of(m, examples):
    """Before which example each block ends, of blocks of so many."""
    return [*range(examples, m, examples), m]


def real(array):
    """An array of floats, where it lies; whole numbers become float64."""
    array = np.asanyarray(array)
    return array.astype(np.float64) if array.dtype.kind in "iub" else array


def validate_shapes(X, Y):
    """Raise `ShapeError` unless both have two dimensions, and as many examples."""
    for name, array in (("X", X), ("Y", Y)):
        if array.ndim != 2 or 0 in array.shape:
            raise ShapeError(f"{name} is {array.shape}; expected two dimensions, each at least 1")
    if X.shape[1] != Y.shape[1]:
        raise ShapeError(f"X is {X.shape} and Y {Y.shape}; expected the same number of examples m")
    if not (is_dask(X) or is_dask(Y)):
        validate_types(X, Y)


def validate_types(X, Y):
    """Raise `DTypeError` unless both are floats of one type."""
    for name, array in (("X", X), ("Y", Y)):
        if array.dtype.name not in REALS:
            raise DTypeError(f"{name} is {array.dtype.name}; expected float64 or float32 (whole numbers are converted)")
    if X.dtype.name != Y.dtype.name:
        raise DTypeError(f"X is {X.dtype.name} and Y {Y.dtype.name}; they must be the same")


def group_for(n_x):
    """Examples in a group: a power of two with 2^20 numbers, at most; at least 64."""
    return max(64, 2 ** int(np.log2(max(1, GROUP_NUMBERS // n_x))))


def examples_for(n_x):
    """Examples in a block by default: whole groups, so that blocks are not cut anew for reproducible sums."""
    return NUMBERS // GROUP_NUMBERS * group_for(n_x)
