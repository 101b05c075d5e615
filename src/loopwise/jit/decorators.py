"""`njit` for the kernels: Numba's own, cached between processes and never stale.

Numba decides by the date of one file whether cached machine code still holds, so an edit in an imported module
goes unnoticed. Here the stamp is a hash of every file that a kernel can be made of, and of the settings that
change what is compiled without appearing in Numba's own key.
"""

import hashlib
from pathlib import Path

from numba import config
from numba.core.cpu_options import ParallelOptions

from . import cache, interrupts, one_library, waiting

PACKAGE = Path(__file__).parents[1]


def kernel_sources():
    """Every file whose text can end up in machine code."""
    below = sorted(path for folder in ("implementations", "jit") for path in (PACKAGE / folder).rglob("*.py"))
    return [PACKAGE / "interface.py", PACKAGE / "machine" / "limit_kernels.py", *below]


def _stamp():
    digest = hashlib.sha256(f"boundscheck={config.BOUNDSCHECK} opt={config.OPT}".encode())
    for path in kernel_sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


# Numba would make a parallel loop, 0.2 s to compile, of every `np.zeros` and `A[:, i] = …` too.
ONLY_PRANGE = ParallelOptions(dict.fromkeys(ParallelOptions.__slots__[1:], False) | {"prange": True})
STAMP = _stamp()
if not config.DISABLE_JIT:
    interrupts.install()
    cache.install()
    one_library.install()
    waiting.install()


def njit(function=None, *, parallel=False, counted=True, inlined=False):
    """`numba.njit(cache=True)`, with a cache that a change in any kernel file empties.

    Parameters
    ----------
    parallel : bool
        Whether `prange` is shared by threads.
    counted : bool
        Whether Numba counts references to arrays, as it must where arrays are made. See `kernel`.
    inlined : bool
        Whether it becomes part of every function that calls it, whatever its size: for what is done for each example.
        With some arrays and records, a call takes as long as thirty multiplications.

    `error_model="numpy"`: a division by zero is IEEE's inf or NaN, not a Python exception, so that the compiler
    need not guard every division. Bits are the same. No fastmath, and so no contraction to multiply-adds.
    """
    if function is None:
        return lambda function: njit(function, parallel=parallel, counted=counted, inlined=inlined)
    if config.DISABLE_JIT:
        return function
    # Indices in parallel regions are never checked: with NUMBA_BOUNDSCHECK=1 prange is range, so that all are.
    options = {"parallel": ONLY_PRANGE if parallel and not config.BOUNDSCHECK else False, "error_model": "numpy"}
    if not counted:
        options["_nrt"] = False
    function.inlined = inlined
    compiled = one_library.Kernel(function, options)
    try:
        compiled.keep(STAMP)
    except RuntimeError:  # no folder to cache in can be written: compile in every process
        cache.warn_of(Path(function.__code__.co_filename).parent, "it cannot be written to")
    return compiled


def kernel(function):
    """`njit` for loops that are given every array they touch: they neither make one nor return one.

    Then no references to arrays need be counted. Each count is an atomic instruction: in functions called for every few
    examples they took half of a small network's step.
    """
    return njit(function, counted=False)
