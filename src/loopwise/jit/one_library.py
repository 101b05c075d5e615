"""A kernel and all that it calls are optimized once, together, as one library of machine code.

Numba makes a finished library of each function that it compiles: optimized, as machine code, with a wrapper for Python.
Then it copies the optimized code into each caller's library and optimizes that again, and so on up to the kernel that
Python calls; the body of a `prange` loop goes through three more libraries on its way. Of a kernel that calls others
that call others, LLVM took two thirds of the time, most of it for code that was never run.

Here only what Python calls becomes a finished library. What it calls is lowered into LLVM's language and simplified,
function by function, and then waits in a library that is neither optimized as a whole nor made machine code (`Lowered`)
until it is copied into its caller's.
"""

import dis
from contextlib import contextmanager

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_lock import global_compiler_lock
from numba.core.environment import lookup_environment
from numba.core.registry import CPUDispatcher, cpu_target
from numba.core.types import Number, unliteral

from ..process.collecting import collecting_paused
from .cache import KernelCache

ENVIRONMENT = "_ZN08NumbaEnv"  # how the names of the variables begin that lead from machine code to Python's objects


def install():
    """Let every library, ours or not, be connected with the environments of what was copied into it; once is enough."""
    if JITCodeLibrary._finalize_specific is not connected:
        JITCodeLibrary._finalize_specific = connected


def connected(library, finalize=JITCodeLibrary._finalize_specific):
    """Make machine code, and let its variables lead to Python's objects, which exceptions are made of."""
    finalize(library)
    for variable in library._final_module.global_variables:
        environment = variable.name.startswith(ENVIRONMENT) and lookup_environment(variable.name)
        if environment:
            library._codegen.set_env(variable.name, environment)


class Kernel(CPUDispatcher):
    """A compiled function: for Python machine code of its own, for other kernels something to be copied.

    Parameters
    ----------
    function : callable
    options : dict
        As `numba.jit` takes them.
    """

    def __init__(self, function, options):
        options = {"nopython": True, "boundscheck": None, "no_cfunc_wrapper": True, **options}
        super().__init__(function, targetoptions=options, pipeline_class=Finishing)
        options = options | {"no_cpython_wrapper": True}
        self.copied = CPUDispatcher(function, targetoptions=options, pipeline_class=Lowering)

    def compile(self, signature):
        """Machine code for a signature. Looking for garbage in a compiler's data takes a tenth of its time."""
        with collecting_paused():
            return super().compile(signature)

    def keep(self, stamp):
        """Keep the machine code for other processes; `RuntimeError` where no folder can be written to."""
        self._cache = KernelCache(self.py_func, stamp)

    def get_call_template(self, arguments, named):
        """How another function calls this one: for Numba every constant is a type of its own, compiled once more."""
        arguments, named = tuple(map(unliteral, arguments)), {name: unliteral(kind) for name, kind in named.items()}
        return self.copied.get_call_template(arguments, named)

    def get_overload(self, signature):
        """What another function calls."""
        return self.copied.get_overload(signature)


class Lowering(Compiler):
    """Numba's compiler, for which everything waits to be copied: the function, and what is compiled on its way."""

    library: type | None = None  # Numba makes one

    def compile_extra(self, function):
        """Compile a function's bytecode."""
        with libraries_are(Lowered):
            if self.library:
                self.state.library = self.library(codegen(), function.__qualname__)
                self.state.library.enable_object_caching()
            compiled = super().compile_extra(function)
        lowered = compiled.library.get_function(compiled.fndesc.llvm_func_name)
        fills_arrays = has_loop(function) and not isinstance(compiled.signature.return_type, Number)
        if self.library is None and getattr(function, "inlined", False):
            lowered.add_function_attribute("alwaysinline")
        elif self.library is None and self.state.flags.nrt and fills_arrays:
            # LLVM vectorizes such a loop best where it stands alone: inside another function, some lost a quarter of
            # their speed. Those that count no references (`decorators.kernel`) and those that give a number gain by it.
            lowered.add_function_attribute("noinline")
        return compiled


def has_loop(function):
    """Whether a function repeats anything."""
    return any(instruction.opname == "FOR_ITER" for instruction in dis.get_instructions(function))


class Finished(JITCodeLibrary):
    """The library of a kernel that Python calls: everything in it is optimized here, and becomes machine code."""


class Finishing(Lowering):
    """The compiler of a kernel that Python calls."""

    library = Finished


class Lowered(JITCodeLibrary):
    """A library of code that will be copied."""

    @property
    def codegen(self):
        """What Numba asks to connect code with its environment, which has to wait."""
        return NotYet(self._codegen)

    def finalize(self):
        """Copy what it calls, and do no more."""
        self._raise_if_finalized()
        for library in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(library._reload_init)
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalized = True

    def get_pointer_to_function(self, name):
        """There is none: nothing here is machine code."""
        self._ensure_finalized()
        return 0


class NotYet:
    """A code generator that leaves code and its environment unconnected until the code is copied."""

    def __init__(self, codegen):
        self._codegen = codegen

    def set_env(self, name, environment):
        """`connected` does."""

    def __getattr__(self, name):
        return getattr(self._codegen, name)


def codegen():
    """Numba's code generator, of which there is one."""
    return cpu_target.target_context.codegen()


@contextmanager
def libraries_are(kind):
    """Meanwhile Numba makes libraries of this class."""
    with global_compiler_lock:
        usual, codegen()._library_class = codegen()._library_class, kind
        try:
            yield
        finally:
            codegen()._library_class = usual
