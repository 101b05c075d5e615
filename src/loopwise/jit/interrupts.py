"""Ctrl-C between machine code and Python, and while Numba compiles.

When a kernel returns arrays, Numba wraps them in Python objects, and for each it calls a Python function,
`numba.core.serialize._numba_unpickle`. That is where Python notices a Ctrl-C that arrived while the kernel ran: the
function raises `KeyboardInterrupt`, Numba's wrapper does not look, and goes on with a null pointer (a segmentation
fault where a tuple of arrays is returned, a `SystemError` for a single one).

Machine code reaches that function through the C function `numba_unpickle`, by its name in LLVM's table of symbols.
`install` puts a function of ours under that name. It calls Numba's `numba_unpickle`, once more where Ctrl-C has ended
the first call, and then sends the signal again (`PyErr_SetInterrupt`), so that Python raises `KeyboardInterrupt` once
the kernel has returned.

While LLVM compiles, it calls Python functions whose exceptions cannot be caught ("Exception ignored ..."), and a Ctrl-C
that falls into one of them is lost. So each function is compiled to its end, and then the exception is raised.
"""

import ctypes
import functools
import signal
import threading
from contextlib import contextmanager

import llvmlite.binding as llvm
from numba import _helperlib
from numba.core.dispatcher import Dispatcher
from numba.core.registry import cpu_target

NAME = "numba_unpickle"  # (data, length, hash of the data) -> object, or null and an exception
UNPICKLE = """
define ptr @uninterrupted_unpickle(ptr %data, i32 %length, ptr %hash) {{
entry:
  br label %call
call:
  %interrupted = phi i1 [ false, %entry ], [ true, %again ]
  %object = call ptr inttoptr (i64 {unpickle} to ptr)(ptr %data, i32 %length, ptr %hash)
  %failed = icmp eq ptr %object, null
  br i1 %failed, label %look, label %loaded
look:
  %matches = call i32 inttoptr (i64 {exception_matches} to ptr)(ptr inttoptr (i64 {keyboard_interrupt} to ptr))
  %again_then = icmp ne i32 %matches, 0
  br i1 %again_then, label %again, label %end
again:
  call void inttoptr (i64 {clear} to ptr)()
  br label %call
loaded:
  br i1 %interrupted, label %remember, label %end
remember:
  call void inttoptr (i64 {set_interrupt} to ptr)()
  br label %end
end:
  ret ptr %object
}}
"""
_engines: list = []  # whose machine code must not be freed


def install():
    """Let every kernel that is loaded from now on, ours or not, survive Ctrl-C; once is enough."""
    if _engines:
        return
    cpu_target.target_context  # Numba's own symbols are in the table before ours  # noqa: B018
    address = {
        "unpickle": _helperlib.c_helpers["unpickle"],
        "keyboard_interrupt": id(KeyboardInterrupt),
        "exception_matches": c_function("PyErr_ExceptionMatches"),
        "clear": c_function("PyErr_Clear"),
        "set_interrupt": c_function("PyErr_SetInterrupt"),
    }
    module = llvm.parse_assembly(UNPICKLE.format(**address))
    machine = llvm.Target.from_default_triple().create_target_machine()
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    _engines.append(engine)
    llvm.add_symbol(NAME, engine.get_function_address("uninterrupted_unpickle"))
    Dispatcher.compile = postponing(Dispatcher.compile)


def postponing(function):
    """`function`, during which Ctrl-C is postponed: one that arrives meanwhile counts at its end."""

    @functools.wraps(function)
    def whole(*arguments, **named):
        with postponed():
            return function(*arguments, **named)

    return whole


@contextmanager
def postponed():
    """Ctrl-C counts at the end of the block.

    Only the main thread handles signals. What the user has made of Ctrl-C is left: ignored, or no Python function.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    arrived = []
    signal.signal(signal.SIGINT, lambda number, frame: arrived.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if arrived:
            handler(*arrived[0])


def c_function(name):
    """The address of a function of Python's C interface."""
    return ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value
