"""Before a kernel is called: does everything fit? In the lecture's symbols, and with no pass over the data."""

import inspect
import numbers
from functools import lru_cache
from itertools import pairwise

from ..errors import DTypeError, OptionError, ShapeError
from ..interface import ACTIVATIONS, CROSS_ENTROPY, NAMES, SIGMOID, SOFTMAX
from ..validation import choose


class CheckedOperation:
    """A kernel behind its checks: names become numbers, columns become vectors, misfits become one-line errors.

    Parameters
    ----------
    operation : interface.Operation
    kernel : callable
        Takes arrays and numbers only, and trusts them.
    natives : native_data.Lists or native_data.Arrays
        How the implementation keeps its data.
    lock : context manager
        Held while the kernel runs.
    """

    def __init__(self, operation, kernel, natives, lock):
        self.operation, self.kernel, self.natives, self.lock = operation, kernel, natives, lock
        self.__name__, self.__doc__ = operation.name, operation.documentation
        self.__signature__ = inspect.Signature(
            [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in operation.parameters]
        )
        index_of = {name: index for index, name in enumerate(operation.parameters)}
        arrays = [(index_of[name], name, dims) for name, dims in operation.shapes.items() if dims]
        # Data (its last dimension is m) before parameters: when two disagree, the data is seldom what is wrong.
        self._arrays = sorted(arrays, key=lambda array: "m" not in array[2])
        self._vectors = [index for index, _, dims in arrays if len(dims) == 1]
        self._numbers = [index_of[name] for name, dims in operation.shapes.items() if not dims]
        self._codes = [(index_of[name], name) for name in operation.parameters if name in NAMES]
        self._network = [index_of[name] for name in ("layer_sizes", "activations") if name in index_of]

    def __call__(self, *arguments, **named):
        if named or len(arguments) != len(self.operation.parameters):
            arguments = self.__signature__.bind(*arguments, **named).args
        arguments = list(arguments)
        self._validate_types(arguments)
        columns = [index for index in self._vectors if len(self.natives.shape(arguments[index])) == 2]
        for index in columns:
            arguments[index] = self._flatten(arguments[index], self.operation.parameters[index])
        known = {1: (1, None, None)}
        if self._network:
            sizes, activations = self._network
            arguments[sizes] = tuple(arguments[sizes])
            arguments[activations], fixed = settings_of_network(arguments[sizes], tuple(arguments[activations]))
            known |= fixed
        self._validate_shapes(arguments, known)
        dtype = self.natives.dtype(arguments[self._arrays[0][0]])
        for index in self._numbers:
            arguments[index] = self.natives.number(arguments[index], dtype)
        for index, kind in self._codes:
            arguments[index] = NAMES[kind].index(choose(kind, arguments[index], NAMES[kind]))
        codes = {kind: arguments[index] for index, kind in self._codes}
        if "loss" in codes:
            last = arguments[self._network[1]][-1] if self._network else codes["activation"]
            validate_loss(codes["loss"], last)
        return self._returned(self.trusted(arguments), as_column=bool(columns))

    def trusted(self, arguments):
        """What the kernel returns for arguments that fit, as it takes them: names as their numbers."""
        with self.lock:
            return self.kernel(*arguments)

    def _returned(self, result, as_column):
        """Numbers as floats, and a vector as a column where the arguments were columns."""
        kinds = list(self.operation.returns.values())
        results = result if len(kinds) > 1 else (result,)
        returned = tuple(self._part(part, dims, as_column) for part, dims in zip(results, kinds))
        return returned if len(kinds) > 1 else returned[0]

    def _part(self, part, dims, as_column):
        if not dims:
            return self.natives.result(part)
        return self.natives.column(part) if as_column and len(dims) == 1 else part

    def _validate_types(self, arguments):
        for index in self._numbers:
            if not isinstance(arguments[index], numbers.Real):
                name = self.operation.parameters[index]
                raise DTypeError(f"{self.operation.name}: {name} is {arguments[index]!r:.40}; expected a number")
        first = None
        for index, name, _ in self._arrays:
            native = arguments[index]
            if not self.natives.is_native(native):
                kind = type(native).__name__
                raise DTypeError(
                    f"{self.operation.name}: {name} is {kind}; expected {self.natives.kind}, as asnative() returns"
                )
            dtype = self.natives.dtype(native)
            first = first or dtype
            if dtype is not first or dtype not in self.natives.dtypes:
                expected = f"{first.__name__}, as {self._arrays[0][1]}" if dtype is not first else "float64 or float32"
                raise DTypeError(f"{self.operation.name}: {name} is {dtype.__name__}; expected {expected}")

    def _flatten(self, array, name):
        shape = self.natives.shape(array)
        if shape[1] != 1:
            raise ShapeError(f"{self.operation.name}: {name} is {describe(shape)}; expected a vector or a column")
        return self.natives.flatten(array)

    def _validate_shapes(self, arguments, known):
        for index, name, dims in self._arrays:
            shape = self.natives.shape(arguments[index])
            fits = len(shape) == len(dims)
            for size, symbol in zip(shape, dims):
                fits = fits and 0 < size == known.setdefault(symbol, (size, name, shape))[0]
            if not fits:
                raise ShapeError(f"{self.operation.name}: " + misfit(name, shape, dims, known))


@lru_cache(maxsize=64)
def settings_of_network(layer_sizes, activations):
    """What a network's settings fix.

    Returns
    -------
    codes : tuple of int
        The numbers of the activations.
    known : dict of str to (int, str, tuple)
        The sizes of theta, X and Y by their symbols, as `misfit` takes them.

    Raises
    ------
    OptionError, UnknownNameError
    """
    if len(activations) != len(layer_sizes) - 1:
        raise OptionError(f"activations is {activations}; expected one for each of {len(layer_sizes) - 1} layers")
    codes = tuple(ACTIVATIONS.index(choose("activation", name, ACTIVATIONS)) for name in activations)
    P = sum(n * (n_prev + 1) for n_prev, n in pairwise(layer_sizes))
    sizes = {"P": P, "n[0]": layer_sizes[0], "n[L]": layer_sizes[-1]}
    return codes, {symbol: (size, "layer_sizes", layer_sizes) for symbol, size in sizes.items()}


def misfit(name, shape, dims, known):
    """`W is (3, 4); expected (n[l], n[l-1]) = (3, 5), because A_prev is (5, 200)`.

    known : dict from a symbol to (its size, the array that fixed it, that array's shape).
    """
    blamed = {symbol: known[symbol] for symbol in dims if symbol in known and known[symbol][1] not in (name, None)}
    message = f"{name} is {describe(shape)}; expected {describe(dims)}"
    if len(shape) == len(dims) and 0 in shape:
        return f"{message}, every dimension at least 1"
    if not blamed:
        return message
    sizes = [
        blamed[symbol][0] if symbol in blamed else size if len(shape) == len(dims) and symbol != 1 else symbol
        for symbol, size in zip(dims, (*shape, *dims)[: len(dims)])
    ]
    reasons = {fixed_by: f"{fixed_by} is {describe(its_shape)}" for _, fixed_by, its_shape in blamed.values()}
    return f"{message} = {describe(sizes)}, because {' and '.join(reasons.values())}"


def describe(shape):
    """(3, 4), the way messages write it."""
    return f"({', '.join(str(size) for size in shape)}{',' if len(shape) == 1 else ''})"


def validate_loss(loss, activation):
    """Raise `OptionError` for cross-entropy of what is not a probability."""
    if loss == CROSS_ENTROPY and activation not in (SIGMOID, SOFTMAX):
        raise OptionError(
            f"loss 'cross_entropy' needs probabilities: activation sigmoid or softmax, not {ACTIVATIONS[activation]!r}"
        )
