"""`njit` for the kernels: Numba's own, cached between processes and never stale.

Numba decides by the date of one file whether cached machine code still holds, so an edit in an imported module
goes unnoticed. Here the stamp is a hash of every file that a kernel can be made of, and of the settings that
change what is compiled without appearing in Numba's own key.
"""

import hashlib
from pathlib import Path

import numba
from numba import config, types

from . import cache, interrupts

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


STAMP = _stamp()
if not config.DISABLE_JIT:
    interrupts.install()
    cache.install()


def njit(function=None, *, parallel=False, counted=True):
    """`numba.njit(cache=True)`, with a cache that a change in any kernel file empties.

    Parameters
    ----------
    parallel : bool
        Whether `prange` is shared by threads.
    counted : bool
        Whether Numba counts references to arrays, as it must where arrays are made. See `kernel`.

    `error_model="numpy"`: a division by zero is IEEE's inf or NaN, not a Python exception, so that the compiler
    need not guard every division. Bits are the same. No fastmath, and so no contraction to multiply-adds.
    """
    if function is None:
        return lambda function: njit(function, parallel=parallel, counted=counted)
    # Indices in parallel regions are never checked: with NUMBA_BOUNDSCHECK=1 prange is range, so that all are.
    options = {"parallel": parallel and not config.BOUNDSCHECK, "error_model": "numpy"}
    options["no_cfunc_wrapper"] = True  # no kernel is called from C
    if not counted:
        options["_nrt"] = False
    try:
        compiled = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder to cache in can be written: compile in every process
        cache.warn_of(Path(function.__code__.co_filename).parent, "it cannot be written to")
        return numba.njit(**options)(function)
    if not config.DISABLE_JIT:
        index = compiled._cache._cache_file
        index._source_stamp = STAMP
        cache.repair(index)
        stored = compiled._cache._impl
        stored.rebuild = _starting_threads(stored.rebuild)
        compiled.get_call_template = _without_literals(compiled.get_call_template)
    return compiled


def kernel(function):
    """`njit` for loops that are given every array they touch: they neither make one nor return one.

    Then no references to arrays need be counted. Each count is an atomic instruction: in functions called for every few
    examples they took half of a small network's step.
    """
    return njit(function, counted=False)


def _without_literals(get_call_template):
    """How one kernel calls another: for Numba every constant argument is a type of its own, compiled once more."""

    def template(arguments, named):
        return get_call_template(
            tuple(map(types.unliteral, arguments)), {name: types.unliteral(kind) for name, kind in named.items()}
        )

    return template


def _starting_threads(rebuild):
    """`rebuild`, which makes code of what the cache holds, for kernels that call parallel ones.

    What must be started before parallel code can be loaded, Numba hands on from a library to those that call it, but
    it forgets this where the library came from the cache: then a process that loads the caller first would abort with
    "Symbol not found: allocate_sched".
    """

    def loaded(context, payload):
        result = rebuild(context, payload)
        result.library._reload_init.update(result.reload_init)
        return result

    return loaded
