"""Compiled code is kept between processes where it can be, and computed with where it cannot.

Numba lets an error of its cache end the call that was to be computed: a full disk, a folder that is gone, a file that
was cut off. Here it costs a compilation, and a warning names the folder. And a kernel's machine code is written before
the index that leads to it: Numba does it the other way round, so that a kill in between, or a disk that is full by
then, leaves an index that leads to the code of an older version.
"""

import contextlib
import glob
import os
import warnings
from hashlib import sha256
from pathlib import Path

from numba import config
from numba.core.caching import Cache, FunctionCache, IndexDataCacheFile
from numba.core.runtime import rtsys

from ..errors import CacheWarning, one_line

PACKAGE = Path(__file__).parents[1]
_warned: list = []


def install():
    """Let no cache of Numba's, ours or not, end a call; once is enough."""
    Cache._guard_against_spurious_io_errors = _guarded


class KernelCache(FunctionCache):
    """The compiled code of one of our kernels.

    Parameters
    ----------
    function : callable
    stamp : str
        Of all that machine code is made of: code with another one is not loaded.
    """

    def __init__(self, function, stamp):
        super().__init__(function)
        self._cache_file = Index(self._cache_path, self._impl.filename_base, stamp)

    def load_overload(self, signature, target_context):
        """Machine code, or None. Numba would first import all that it can compile: a quarter of a second."""
        rtsys.initialize(target_context)  # arrays that kernels make are allocated and freed by it
        with self._guard_against_spurious_io_errors():
            return self._load_overload(signature, target_context)


class Index(IndexDataCacheFile):
    """Which file holds the code of which signature."""

    def save(self, key, data):
        """Write a kernel's machine code, then the index, in which another process may have entered code meanwhile.

        Each signature's file has a name of its own: where Numba numbers them, two processes that write at once give two
        signatures one file.
        """
        name = self._data_name(int.from_bytes(sha256(self._dump(key)).digest()[:8]))
        self._save_data(name, data)
        names = self._load_index()
        older = not names and os.path.exists(self._index_path)
        self._save_index(names | {key: name})
        if older:
            self._remove_all_but(name)

    def _remove_all_but(self, name):
        """Remove the code of an older version."""
        for path in Path(self._cache_path).glob(glob.escape(self._index_name.removesuffix("nbi")) + "*.nbc"):
            if path.name != name:
                path.unlink(missing_ok=True)

    def _load_index(self):
        """Empty where it was written by a version with other names: it is pickled, records and all.

        Numba compares versions only after it has unpickled everything.
        """
        try:
            return super()._load_index()
        except (AttributeError, ImportError):
            return {}


def folders():
    """Where the kernels of each of our folders keep their code: beside the sources, or where Numba goes instead."""
    sources = {path.parent for path in PACKAGE.rglob("*.py")}
    found = (locator_of(folder / "__init__.py") for folder in sources)
    return sorted(Path(locator.get_cache_path()) for locator in found if locator is not None)


def locator_of(source):
    """What finds the folder for a file's kernels; None where no folder can be written to."""
    for kind in KernelCache._impl_class._locator_classes:
        locator = kind.from_function(locator_of, str(source))
        if locator is not None:
            return locator
    return None


def kept_files():
    """The files of compiled code."""
    return sorted(path for folder in folders() for path in folder.glob("*.nb[ic]"))


def clear():
    """Remove all compiled code; what is running keeps what it has loaded.

    Returns
    -------
    int
        The bytes that were removed.
    """
    removed = 0
    for path in kept_files():
        with contextlib.suppress(OSError):  # another process was faster, or it is another user's
            size = path.stat().st_size
            path.unlink()
            removed += size
    return removed


def warn_of(folder, reason):
    """Say once in a process that nothing is kept."""
    if not _warned:
        _warned.append(folder)
        warnings.warn(
            f"compiled code is not kept in {config.CACHE_DIR or folder}: {reason}", CacheWarning, stacklevel=2
        )


@contextlib.contextmanager
def _guarded(cache):
    """Numba loads or saves in this block, and takes a `with` that ends well for a cache which holds nothing."""
    try:
        yield
    except Exception as error:  # whatever a broken file makes pickle and LLVM say
        if os.name == "nt" and isinstance(error, PermissionError):
            return  # another process reads the file just now: what it would be replaced by is the same
        with contextlib.suppress(OSError):
            os.unlink(cache._cache_file._index_path)  # so that a broken one is written anew
        warn_of(cache._cache_path, one_line(error))
