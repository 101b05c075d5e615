"""How each family keeps its data: nested lists of floats, or arrays.

Each class says the same things of its form of data: `dtypes` it computes in; `from_array` and `to_array`;
`is_native`, `shape` and `dtype` of a value; `number` makes a parameter a number of that type, `result` a result a
float; `take` copies some examples; `contiguous_examples` puts each in one piece; `flatten` and `column` turn a column
into a vector and back; `end_to_end` lays a gradient's parts in one vector.
"""

import numpy as np

from ..errors import DTypeError, NotFiniteError, ShapeError

MOST_COPIED_BYTES = 2**30  # larger data is learned from as it lies
BLOCK = 2**20  # numbers that are looked at at once


def validated_array(data, name, dtypes):
    """`real_array`, of one or two dimensions, not empty and finite."""
    array = real_array(data, name, dtypes)
    if array.ndim not in (1, 2):
        raise ShapeError(f"{name} is {array.shape}; expected two dimensions, or one for theta")
    if array.size == 0:
        raise ShapeError(f"{name} is {array.shape}: empty; every dimension must be at least 1")
    if not all_finite(array):
        where = tuple(int(index) for index in np.argwhere(~np.isfinite(array))[0])
        raise NotFiniteError(f"{name}{list(where)} is {array[where]}; every number must be finite")
    return array


def all_finite(array):
    """Whether every number is finite; looked at in blocks, or of a large array there were an eighth of it in truths."""
    rows = array if array.flags.c_contiguous or array.ndim == 1 else array.T
    step = max(1, BLOCK // max(1, rows[0].size))
    return all(np.isfinite(rows[first : first + step]).all() for first in range(0, len(rows), step))


def real_array(data, name, dtypes):
    """Return `data` as a plain, aligned array of the machine's own numbers, in one of `dtypes`; views stay views.

    Lists, maps of files, subclasses and foreign byte orders become such arrays; whole numbers and booleans become
    float64. Everything else that is not already one of `dtypes` is refused.
    """
    if isinstance(data, np.ma.MaskedArray):
        raise DTypeError(f"{name} is masked; expected an array in which every number is given")
    try:
        array = np.asarray(data)
    except ValueError:
        raise ShapeError(f"{name} is ragged; its rows must have the same length") from None
    if array.dtype.kind in "iub":
        array = array.astype(np.float64)
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if not array.flags.aligned:  # out of a message or a file: NumPy and BLAS would add in another order
        array = array.copy(order="K")
    if array.dtype not in dtypes:
        allowed = " or ".join(np.dtype(dtype).name for dtype in dtypes)
        raise DTypeError(f"{name} is {array.dtype.name}; expected {allowed} (whole numbers are converted)")
    return array


class Lists:
    """Nested lists of floats: `X[j][i]`. Float64 only."""

    dtypes = (np.float64,)
    kind = "a list"

    def from_array(self, array):
        return array.tolist()

    def to_array(self, native):
        return np.array(native, dtype=np.float64)

    def is_native(self, value):
        return type(value) is list

    def shape(self, native):
        return (len(native), len(native[0])) if native and type(native[0]) is list else (len(native),)

    def dtype(self, native):
        return np.float64

    def number(self, value, dtype):
        return float(value)

    def result(self, number):
        return float(number)

    def end_to_end(self, parts, dtype):
        return np.concatenate([np.array(part, dtype).ravel() for part in parts])

    def take(self, native, examples):
        return [[row[i] for i in examples] for row in native]

    def contiguous_examples(self, native):
        return native

    def flatten(self, column):
        return [row[0] for row in column]

    def column(self, vector):
        return [[value] for value in vector]


class Arrays:
    """NumPy arrays, float64 or float32, in any memory order."""

    dtypes = (np.float64, np.float32)
    kind = "an array"

    def from_array(self, array):
        return array

    def to_array(self, native):
        return np.asarray(native)

    def is_native(self, value):
        # Not a matrix, whose * is another product, nor a masked array, nor foreign byte order.
        return type(value) is np.ndarray and value.dtype.isnative

    def shape(self, native):
        return native.shape

    def dtype(self, native):
        return native.dtype.type

    def number(self, value, dtype):
        return dtype(value)

    def result(self, number):
        return float(number)

    def end_to_end(self, parts, dtype):
        return np.concatenate([part.ravel() for part in parts])

    def take(self, native, examples):
        # Not np.take: of an array that is not C-ordered it copies all columns before it takes some.
        return np.ascontiguousarray(native[:, examples])

    def contiguous_examples(self, native):
        return native if native.nbytes > MOST_COPIED_BYTES else np.asfortranarray(native)

    def flatten(self, column):
        return column[:, 0]

    def column(self, vector):
        return vector[:, None]


FAMILIES = {"python": Lists, "numba": Arrays, "numpy": Arrays}
