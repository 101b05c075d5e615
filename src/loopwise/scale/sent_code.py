"""Which implementation a worker is to use: by its name, or, of a user's file, by its path and what stands in it.

A worker lives longer than a run, and keeps what it has imported: a file that was edited meanwhile is read again there,
and one that is another one there is refused.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ..errors import OptionError
from ..implementations import (
    Implementation,
    file_of,
    get_implementation,
    implementation_names,
    register_file,
    unregister,
)

_read: dict[str, str] = {}  # path to the hash of what was imported from it


class Sent(NamedTuple):
    """What travels."""

    name: str
    path: str | None = None
    sha256: str | None = None


def sent(impl):
    """What a worker finds an implementation by.

    Raises
    ------
    OptionError
        It lacks operations: what stands in for them is chosen here, not there.
    """
    if impl.missing:
        raise OptionError(f"{impl.name} lacks {impl.missing[0]}: workers need every operation of an implementation")
    path = file_of(impl.name) if impl.name in implementation_names() else None
    return Sent(impl.name, path, path and first_hash(path))


@cache
def first_hash(path):
    """Of a file as it was when it was first sent, which is what is imported here."""
    _read[path] = hash_of(path)
    return _read[path]


def hash_of(path):
    """Of a file as it is now."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def found(sent: Sent) -> Implementation:
    """The implementation, where it is to compute.

    Raises
    ------
    OptionError
        The file is not there, or another one.
    UnknownNameError
    """
    if sent.path is None:
        return get_implementation(sent.name)
    if _read.get(sent.path) != sent.sha256:
        try:
            here = hash_of(sent.path)
        except OSError as error:
            raise OptionError(f"a worker cannot read {sent.path}: {error.strerror}") from None
        if here != sent.sha256:
            raise OptionError(f"{sent.path} is another file where a worker is")
        for name in implementation_names():
            if file_of(name) == sent.path:
                unregister(name)
        _read[sent.path] = here
    return get_implementation(register_file(sent.path))
