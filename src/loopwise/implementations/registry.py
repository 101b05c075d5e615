"""The implementations by name: each a module with the interface's operations, behind one object.

To add one: write a module with the operations of `loopwise.interface` in `__all__` and add a line to `REGISTERED`
below, or call `register` from your own code. From then on `compare` times it and the contract suite tests it.
"""

from contextlib import nullcontext
from copy import copy
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..errors import DTypeError, ImplementationError, OptionError, ShapeError
from ..interface import OPERATIONS, OPTIONAL
from ..jit.turns import ONE_AT_A_TIME
from ..process import signatures
from ..process.foreign_output import OUTPUT
from ..validation import choose
from .checked_operation import CheckedOperation
from .from_file import SUFFIXES, declared, heard, load_module
from .native_data import FAMILIES, validated_array

CONTRACTS = ("exact", "rounding")

# In teaching order: name -> (module, family, contract). Modules are imported when they are asked for.
REGISTERED: dict[str, tuple[str, ...]] = {
    "python_loops": ("loopwise.implementations.python_loops", "python", "exact"),
    "numba_loops": ("loopwise.implementations.numba_loops", "numba", "exact"),
    "numba_parallel": ("loopwise.implementations.numba_parallel", "numba", "exact"),
    "numpy_vectorized": ("loopwise.implementations.numpy_vectorized", "numpy", "rounding"),
    "numba_tuned": ("loopwise.implementations.numba_tuned", "numba", "rounding"),
}
_loaded: dict[str, "Implementation"] = {}


class Implementation:
    """Every operation of the interface, as one implementation computes it.

    Attributes
    ----------
    name : str
    family : "python", "numba" or "numpy"
        How data is kept: nested lists of floats for "python", arrays for the others.
    contract : "exact" or "rounding"
        What "identical" means for its results (docs/identical.md).
    compiles : bool
        Whether a first call compiles.
    dot, matvec, … : callable
        The operations, as `loopwise.interface` documents them, on native data.
    network_step : callable or None
        An optional operation of the interface: None if the module does not supply it.
    missing : tuple of str
        Operations that a user's file lacks: to call one is an error.
    """

    def __init__(self, name, module, family, contract, natives=None):
        self.name, self.family, self.contract = name, family, contract
        self.compiles = family == "numba"
        self.missing = tuple(getattr(module, "MISSING", ()))
        self._natives = natives or FAMILIES[family]()
        validate_manifest(name, module)
        lock = ONE_AT_A_TIME if getattr(module, "USES_THREADS", False) else nullcontext()
        for operation in OPERATIONS.values():
            kernel = getattr(module, operation.name)
            setattr(self, operation.name, CheckedOperation(operation, kernel, self._natives, lock))
        for operation in OPTIONAL.values():
            kernel = getattr(module, operation.name, None)
            checked = kernel and CheckedOperation(operation, kernel, self._natives, lock)
            setattr(self, operation.name, checked)

    def completed_by(self, other):
        """The same implementation, with another's operations where it lacks them."""
        whole = copy(self)
        for name in self.missing:
            setattr(whole, name, getattr(other, name))
        return whole

    def asnative(self, array: ArrayLike, name: str = "array") -> Any:
        """Check data once, where it enters, and give it the form that the operations take.

        Parameters
        ----------
        array : array_like
            Two dimensions (one for `theta`), finite, not empty. Whole numbers and booleans become float64; float32
            stays float32 where the implementation computes in it. Arrays are not copied: views stay views.
        name : str
            What messages call it.

        Raises
        ------
        ShapeError, DTypeError, NotFiniteError
        """
        try:
            return self._natives.from_array(validated_array(array, name, self._natives.dtypes))
        except TypeError as error:
            raise type(error)(f"{self.name}: {error}") from None

    def unchecked(self, array):
        """The native form of an array that needs no check: parameters, which the driver owns."""
        return self._natives.from_array(array)

    def require_native(self, **given):
        """Raise for data that did not come from `asnative`, or is not two-dimensional."""
        for name, value in given.items():
            if not self._natives.is_native(value):
                kind = type(value).__name__
                raise DTypeError(f"{name} is {kind}; expected {self._natives.kind}, as asnative() returns")
            if len(self.shape(value)) != 2 or 0 in self.shape(value):
                raise ShapeError(f"{name} is {self.shape(value)}; expected two dimensions, each at least 1")

    def shape(self, native):
        """The shape of native data."""
        return self._natives.shape(native)

    def dtype(self, native):
        """The number type of native data."""
        return self._natives.dtype(native)

    def asnumpy(self, native: Any) -> np.ndarray:
        """Return native data as a NumPy array (an array is returned as it is)."""
        return self._natives.to_array(native)

    def take(self, native, examples):
        """Copy the columns whose numbers are in `examples`, in that order."""
        return self._natives.take(native, examples)

    def contiguous_examples(self, native):
        """The same numbers with each example in one piece; as they are where they lie so already, or are very many."""
        return self._natives.contiguous_examples(native)

    def end_to_end(self, parts, dtype):
        """Native parts of a gradient as one flat vector of theta's number type."""
        return self._natives.end_to_end(parts, dtype)

    def __repr__(self):
        return f"<Implementation {self.name}: {self.family}, {self.contract}>"


def validate_manifest(name, module):
    """Hold a module's operations against the interface.

    Raises
    ------
    ImplementationError
        An operation is missing, extra, out of order, or has other parameters. The message names it.
    """
    offered = [operation for operation in getattr(module, "__all__", ()) if operation not in OPTIONAL]
    wanted = list(OPERATIONS)
    for missing in wanted:
        if missing not in offered or not hasattr(module, missing):
            where = " in __all__" if hasattr(module, missing) else ""
            raise ImplementationError(f"{name}: operation {missing!r} is missing{where}")
    for extra in offered:
        if extra not in wanted:
            raise ImplementationError(f"{name}: operation {extra!r} is not in the interface")
    if offered != wanted:
        k = next((k for k, pair in enumerate(zip(offered, wanted)) if pair[0] != pair[1]), -1)
        raise ImplementationError(f"{name}: operation {offered[k]!r} stands in __all__ where {wanted[k]!r} is expected")
    supplied = [operation for operation in OPTIONAL.values() if hasattr(module, operation.name)]
    for operation in (*OPERATIONS.values(), *supplied):
        parameters = parameters_of(getattr(module, operation.name))
        if parameters != operation.parameters:
            raise ImplementationError(
                f"{name}: {operation.name}({', '.join(parameters)}); expected ({', '.join(operation.parameters)})"
            )


def parameters_of(function):
    """The names of a function's parameters, compiled or not; () where it does not tell them."""
    try:
        return tuple(signatures.parameters_of(function))
    except (TypeError, ValueError):
        return ()


def implementation_names() -> list[str]:
    """The names of all registered implementations, in teaching order."""
    return list(REGISTERED)


def get_implementation(name: str) -> Implementation:
    """Return the `Implementation` called `name`; its module is imported now.

    Raises
    ------
    UnknownNameError
        With the nearest known name.
    """
    choose("implementation", name, REGISTERED)
    if name not in _loaded:
        path, *kind = REGISTERED[name]
        if kind:
            _loaded[name] = Implementation(name, import_module(path), *kind)
        else:  # an installed package's
            with OUTPUT.turn(name):
                module = heard(name, import_module(path))
            _loaded[name] = Implementation(name, module, *kind_of(name, module))
    return _loaded[name]


def implementation_of(name_or_file: str) -> Implementation:
    """The implementation of a name, or of a Python file or a notebook, which is registered."""
    is_file = name_or_file.endswith(SUFFIXES)
    return get_implementation(register_file(name_or_file) if is_file else name_or_file)


def register(name: str, module: Any, family: str, contract: str) -> Implementation:
    """Add an implementation of one's own.

    Parameters
    ----------
    name : str
    module : module
        Anything with the interface's operations as attributes, and their names in `__all__`. If its kernels start
        Numba threads it also says `USES_THREADS = True`: then calls from several Python threads take turns.
    family : "python", "numba" or "numpy"
    contract : "exact" or "rounding"

    Raises
    ------
    ImplementationError
        An operation is missing, extra, out of order, or has other parameters.
    """
    choose("family", family, FAMILIES)
    choose("contract", contract, CONTRACTS)
    if name in REGISTERED:
        raise OptionError(f"an implementation named {name!r} is registered already")
    implementation = Implementation(name, module, family, contract)
    REGISTERED[name] = (getattr(module, "__name__", name), family, contract)
    _loaded[name] = implementation
    return implementation


def register_file(path: str | Path) -> str:
    """Add the functions of a Python file or a notebook, under the file's name; what it lacks is an error when called.

    Returns
    -------
    str
        The name: `mine` for `folder/mine.py`, and `other/mine` for a second one, `other/mine.py`. A file that was
        added before stays as it is.

    Raises
    ------
    ImplementationError
        The file cannot be imported, or its name is one of ours or of an installed package.
    """
    path = str(Path(path).resolve())
    for known, (registered, *_) in REGISTERED.items():
        if registered == path:
            return known
    name = free_name(path)
    module = load_module(path)
    # What a file has is recognised by what stands above all implementations; so it is named, not imported.
    whole = import_module("loopwise.own_code").completed(name, module, path)
    _loaded[name] = Implementation(name, whole, *kind_of(name, module))
    REGISTERED[name] = (path,)
    return name


def free_name(path):
    """A file's name, with as many of its folders as it takes to tell it from the files that were added before."""
    name, *folders = Path(path).resolve().with_name(Path(path).stem).parts[::-1]
    if name in REGISTERED and not file_of(name):
        raise ImplementationError(f"{path}: {name!r} is the name of another implementation; rename the file")
    while name in REGISTERED:
        name = f"{folders.pop(0)}/{name}"
    return name


def kind_of(name, module):
    """What a module declares of itself, checked.

    Raises
    ------
    ImplementationError
        FAMILY or CONTRACT is none that there is.
    """
    for symbol, value, known in zip(("FAMILY", "CONTRACT"), declared(module), (FAMILIES, CONTRACTS)):
        if not isinstance(value, str) or value not in known:
            raise ImplementationError(f"{name}: {symbol} is {value!r:.40}; expected {', '.join(known)}")
    return declared(module)


def file_of(name: str) -> str | None:
    """The file that `register_file` has read an implementation from; None for all others."""
    path = REGISTERED[name][0]
    return path if path and path.endswith(SUFFIXES) else None


def add_installed():
    """Register what installed packages offer as entry points of the group `loopwise.implementations`.

    The entry point's name is the implementation's. Its module is imported when it is asked for; like a file it may say
    FAMILY ("python", "numba" or "numpy", the default), CONTRACT ("exact" or "rounding", the default) and USES_THREADS.
    """
    for point in entry_points(group="loopwise.implementations"):
        if point.name not in REGISTERED:
            REGISTERED[point.name] = (point.module,)


add_installed()


def unregister(name: str) -> None:
    """Take back what `register` added."""
    del REGISTERED[choose("implementation", name, REGISTERED)]
    _loaded.pop(name, None)
