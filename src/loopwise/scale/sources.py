"""Where a block's examples come from: arrays in memory, or files, whose names travel instead of their numbers."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class InMemory:
    """Columns of an array."""

    array: np.ndarray

    m = property(lambda self: self.array.shape[1])

    def read(self):
        return self.array

    def cut(self, start, stop):
        return InMemory(self.array[:, start:stop])


@dataclass(frozen=True)
class Mapped:
    """Columns of an array in a file, which whoever reads them maps: what travels is its name."""

    path: str
    dtype: np.dtype
    offset: int  # bytes
    shape: tuple
    order: str
    start: int
    stop: int

    m = property(lambda self: self.stop - self.start)

    def read(self):
        whole = np.memmap(self.path, self.dtype, "r", self.offset, self.shape, self.order)
        return np.asarray(whole)[:, self.start : self.stop]

    def cut(self, start, stop):
        return replace(self, start=self.start + start, stop=self.start + stop)

    def followed_by(self, other):
        """Both as one, where the map goes on; None elsewhere."""
        goes_on = isinstance(other, Mapped) and replace(other, start=self.start, stop=self.stop) == self
        return replace(self, stop=other.stop) if goes_on and self.stop == other.start else None


@dataclass(frozen=True)
class Joined:
    """Columns of several, one after the other."""

    parts: tuple

    m = property(lambda self: sum(part.m for part in self.parts))

    def read(self):
        return np.concatenate([part.read() for part in self.parts], axis=1)

    def cut(self, start, stop):
        found, first = [], 0
        for part in self.parts:
            low, high = max(start - first, 0), min(stop - first, part.m)
            if low < high:
                found.append(part.cut(low, high))
            first += part.m
        return found[0] if len(found) == 1 else Joined(tuple(found))

    def place_of(self, i):
        """Where its example i is, in the part that has it."""
        for part in self.parts:
            if i < part.m:
                place = part.place_of(i) if hasattr(part, "place_of") else f"example {i + 1}"
                return f"{place} of {Path(part.path).name}" if hasattr(part, "path") else place
            i -= part.m
        raise IndexError(i)


@dataclass(frozen=True)
class Source:
    """X and Y of some examples, each with `read()` and `cut(start, stop)`."""

    X: Any
    Y: Any

    def read(self):
        """X (n_x, m) and Y (n_y, m)."""
        return self.X.read(), self.Y.read()

    def cut(self, start, stop):
        """A source of fewer of them."""
        return Source(self.X.cut(start, stop), self.Y.cut(start, stop))


def joined(sources):
    """One source of several."""
    if len(sources) == 1:
        return sources[0]
    return Source(one_after_the_other([each.X for each in sources]), one_after_the_other([each.Y for each in sources]))


def one_after_the_other(parts):
    """Columns of several as one: a longer part where a file goes on, so that a map stays one."""
    together = [parts[0]]
    for part in parts[1:]:
        longer = together[-1].followed_by(part) if hasattr(together[-1], "followed_by") else None
        if longer is None:
            together.append(part)
        else:
            together[-1] = longer
    return together[0] if len(together) == 1 else Joined(tuple(together))


def part_of(array):
    """The columns of an array, or of the file that it is a map of."""
    if not isinstance(array, np.memmap) or not (array.flags.c_contiguous or array.flags.f_contiguous):
        return InMemory(np.asarray(array))
    whole = array
    while isinstance(whole.base, np.memmap):
        whole = whole.base
    offset = whole.offset + array.ctypes.data - whole.ctypes.data
    order = "F" if array.flags.f_contiguous else "C"
    return Mapped(str(array.filename), array.dtype, offset, array.shape, order, 0, array.shape[1])
