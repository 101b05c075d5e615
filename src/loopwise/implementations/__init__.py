"""HOW: the implementations, each a package with the same files, one for each section of the interface."""

import sys
import warnings
from types import ModuleType

from .registry import (
    Implementation,
    file_of,
    get_implementation,
    implementation_names,
    implementation_of,
    parameters_of,
    register,
    register_file,
    unregister,
)

__all__ = ["Implementation", "file_of", "get_implementation", "implementation_names", "implementation_of"]
__all__ += ["parameters_of", "register", "register_file", "unregister"]


class _CallableModule(ModuleType):
    """`loopwise.implementations()`, as it was in 0.1.0: deprecated, `implementation_names()` stands for it."""

    def __call__(self):
        warnings.warn("call loopwise.implementation_names()", DeprecationWarning, stacklevel=2)
        return implementation_names()


sys.modules[__name__].__class__ = _CallableModule
