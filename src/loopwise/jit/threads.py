"""How many threads share a loop, asked from inside a kernel.

`numba.get_num_threads` cannot be asked there: it calls a pointer that differs from process to process, and Numba keeps
no machine code with one in it.
"""

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload


def thread_count():
    """The number of threads that share a `prange`. To be called outside of it, in a kernel that has one."""
    return numba.get_num_threads()


@intrinsic
def _thread_count(typing):
    def emit(context, builder, sig, args):
        kind = ir.FunctionType(cgutils.intp_t, [])
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, "get_num_threads"), [])

    return types.intp(), emit


@overload(thread_count)
def _compiled_thread_count():
    return lambda: _thread_count()
