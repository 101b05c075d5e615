"""A block of examples, where it is computed: read, validated once, and asked for its part of a sum again and again."""

import time
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..errors import DataFileError, LabelError, LoopwiseError, NotFiniteError, ShapeError
from ..implementations.native_data import all_finite, real_array
from .exact_sums import ExactSum
from .sent_code import Sent, found
from .tree import add_up

REALS = (np.float64, np.float32)


class Piece(NamedTuple):
    """Where a block's examples are.

    `source.read()` gives X (n_x, m) and Y (n_y, m); None where they are given to `hold`.
    """

    number: int
    first: int  # example
    m: int
    n_x: int
    n_y: int
    name: str
    source: Any


class Request(NamedTuple):
    """What is asked of each block: a vector for some of its examples, to be added up.

    `compute(impl, X, Y, *arguments)` gives the vector, (P,).
    """

    compute: Any
    arguments: tuple
    implementation: Sent
    is_mean: bool  # the vector: over its examples
    m: int  # examples that are added up in all
    group: int | None  # examples that are computed together; None: all of a block, for a plain sum
    blocks: int


class Failure(NamedTuple):
    """What an implementation has raised: it would fail anywhere else, too."""

    error: Exception


@dataclass
class Block:
    """Examples in the canonical memory order: each in one piece, so that a group looks the same in every block.

    Attributes
    ----------
    piece : Piece
    X, Y : array (n_x, m), (n_y, m), or None
        None where they stay on the disk: they are read at each request.
    """

    piece: Piece
    X: np.ndarray | None = None
    Y: np.ndarray | None = None
    _lists: tuple | None = None

    def native(self, impl):
        """X and Y as an implementation takes them."""
        X, Y = self.X, self.Y
        if X is None:
            X, Y = (np.asfortranarray(real_array(part, "block", REALS)) for part in self.piece.source.read())
        if impl.family != "python":
            return X, Y
        if self._lists is None:
            lists = impl.asnative(X, "X"), impl.asnative(Y, "Y")
            self._lists = lists if self.X is not None else None
            return lists
        return self._lists

    def vectors(self, request, examples=None):
        """Yield (vector, how many examples it is of): of the whole block, or of each group.

        Parameters
        ----------
        request : Request
        examples : array, optional
            Only those, in their order, which are numbers of all examples; a group takes its own.
        """
        impl = found(request.implementation)
        X, Y = self.native(impl)
        first, m = self.piece.first, self.piece.m
        if examples is None:
            parts = spans(m, request.group)
        else:
            parts = chosen(examples[(examples >= first) & (examples < first + m)] - first, request.group)
        for part in parts:
            X_part, Y_part = (part_of(impl, native, part) for native in (X, Y))
            try:
                vector = request.compute(impl, X_part, Y_part, *request.arguments)
            except LabelError as error:
                raise LabelError(f"{self.piece.name}: {error}") from None
            yield np.asarray(vector, np.float64), impl.shape(X_part)[1]


def spans(m, group):
    """The columns of each group; the last may be smaller."""
    group = group or m
    return [slice(start, min(start + group, m)) for start in range(0, m, group)]


def chosen(examples, group):
    """Some columns, in the order they are given in, of each group that has any."""
    if len(examples) == 0:
        return []
    if group is None:
        return [examples]
    by_group = examples[np.argsort(examples // group, kind="stable")]
    return np.split(by_group, 1 + np.flatnonzero(np.diff(by_group // group)))


def part_of(impl, native, part):
    """Some columns, each in one piece: a view of a slice, where there are arrays."""
    if isinstance(part, slice) and impl.family == "python":
        return native if part == slice(0, len(native[0])) else [row[part] for row in native]
    if isinstance(part, slice):
        return native[:, part]
    taken = impl.take(native, part)
    return taken if impl.family == "python" else np.asfortranarray(taken)


def hold(piece, X=None, Y=None, on_disk=False):
    """Read a block, look at all of its numbers once, and keep them.

    Parameters
    ----------
    piece : Piece
    X, Y : array, optional
        What the piece has no source for.
    on_disk : bool
        Whether only the way to its examples is kept.

    Returns
    -------
    Block

    Raises
    ------
    LoopwiseError
        With the block's name.
    """
    try:
        X, Y = (X, Y) if piece.source is None else piece.source.read()
        arrays = [
            validated(piece, name, array, (n, piece.m)) for name, array, n in (("X", X, piece.n_x), ("Y", Y, piece.n_y))
        ]
    except LoopwiseError as error:
        raise type(error)(f"{piece.name}: {error}") from None
    except OSError as error:
        raise DataFileError(f"{piece.name} cannot be read: {error.strerror or error}") from None
    return Block(piece) if on_disk else Block(piece, *map(np.asfortranarray, arrays))


def validated(piece, name, array, shape):
    """X or Y of a block, floats of the shape that was announced, all of them finite."""
    if np.shape(array) != shape:
        raise ShapeError(f"{name} is {np.shape(array)}; expected {shape}, as was announced")
    array = real_array(array, name, REALS)
    if not all_finite(array):
        j, i = np.argwhere(~np.isfinite(array))[0]
        columns = getattr(piece.source, "X", None)
        place = columns.place_of(int(i)) if hasattr(columns, "place_of") else f"example {piece.first + i + 1}"
        what = f"feature {j + 1}" if name == "X" else f"Y[{j}]"
        raise NotFiniteError(f"{place}, {what} is {array[j, i]}; every number must be finite")
    return array


def summed(blocks, request, examples=None):
    """The sum over some blocks, as far as it can be added without the others.

    Parameters
    ----------
    blocks : list of Block
    request : Request
    examples : array, optional
        As for `Block.vectors`.

    Returns
    -------
    sums : dict (nodes of a tree), or ExactSum
    seconds : float
    """
    started = time.perf_counter()
    with np.errstate(over="ignore", invalid="ignore"):  # numbers without bounds are a result, and looked at there
        sums = (summed_in_a_tree if request.group is None else summed_exactly)(blocks, request, examples)
    return sums, time.perf_counter() - started


def summed_in_a_tree(blocks, request, examples):
    """Each block's vector, with its share of the examples where it is a mean, and what can be added of them."""
    nodes = {}
    for block in blocks:
        found = list(block.vectors(request, examples))
        vector, count = found[0] if found else (None, 0)
        if vector is not None and request.is_mean:
            vector = vector * (count / request.m)
        nodes[0, block.piece.number] = vector
    return add_up(nodes, request.blocks)


def summed_exactly(blocks, request, examples):
    """The exact sum of the groups' sums."""
    total = None
    for block in blocks:
        for vector, count in block.vectors(request, examples):
            total = ExactSum(len(vector)) if total is None else total
            total.add(vector, count if request.is_mean else 1.0)
    return total
