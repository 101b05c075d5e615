"""Faulty twins: implementations with one piece of their source changed, and everything that stands on it made anew.

A twin's file is named after what stands in it, its imports of other twins included, and lies where it is found again:
what is compiled of it is compiled once, until a file of the package changes.
"""

import ast
import functools
import hashlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path

import numba
import pytest

import loopwise
from helpers import registers
from helpers.contract import hold_all
from loopwise.errors import DisagreementError
from loopwise.implementations import Implementation
from loopwise.implementations.registry import REGISTERED
from loopwise.jit.decorators import STAMP
from loopwise.output_files import write_atomically

PACKAGE = Path(loopwise.__file__).parent
FOLDER = Path(numba.config.CACHE_DIR or ".pytest_cache").absolute() / "twins" / STAMP[:16]


def faulty_twin(module, function, found, fault, of="numba_tuned"):
    """An implementation with one piece of one file changed.

    Parameters
    ----------
    module : str
        A module below `loopwise.implementations` (`numba_tuned.network.wide`), one of `jit` (`jit.matmul.product`),
        or an implementation: then the file in which `function` stands.
    function : str
        Where `found` is looked for; "" for every file of the module.
    found, fault : str
        What stands there, and what stands there in the twin.
    of : str
        The implementation that a module of `jit` is changed for.
    """
    main = module.partition(".")[0] if not module.startswith("jit.") else of
    changed = {}
    for name in modules_of(module, function):
        source = path_of(name).read_text()
        start = source.index(f"def {function}(") if function else 0
        end = source.find("\n\n\n", start) if function else len(source)
        end = end if end >= 0 else len(source)
        if function or found in source:
            assert found in source[start:end], f"{found!r} no longer stands in {name}.{function}"
            changed[name] = source[:start] + source[start:end].replace(found, fault) + source[end:]
    assert changed, f"{found!r} no longer stands in {module}"
    twin = Twins(changed).of(f"loopwise.implementations.{main}")
    return Implementation(twin.__name__.rpartition(".")[2], twin, *REGISTERED[main][1:])


def modules_of(module, function):
    """The modules that a module names: itself, or of a package those in which a function stands."""
    name = f"loopwise.{module}" if module.startswith("jit.") else f"loopwise.implementations.{module}"
    if path_of(name).name != "__init__.py":
        return [name]
    files = sorted(path_of(name).parent.rglob("*.py"))
    inside = [path for path in files if not function or f"\ndef {function}(" in path.read_text()]
    assert len(inside) == 1 or not function, f"{function} stands in {len(inside)} files of {module}"
    below = (path.relative_to(PACKAGE).with_suffix("").parts for path in inside)
    return [".".join(("loopwise", *parts)).removesuffix(".__init__") for parts in below]


def path_of(name):
    """A module's file; None for what is no module of ours."""
    path = PACKAGE.joinpath(*name.split(".")[1:])
    return next((file for file in (path / "__init__.py", path.with_suffix(".py")) if file.exists()), None)


class Twins:
    """Modules made from changed sources, and from all that import them."""

    def __init__(self, changed):
        self.changed, self.known = changed, {}

    def of(self, name):
        """A module's twin; None if it stands on nothing that was changed."""
        if name not in self.known:
            tree = ast.parse(self.changed.get(name) or path_of(name).read_text())
            for node in [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]:
                node.module, node.level = absolute(name, node), 0
            pointed = self.point_to_twins(tree)
            self.known[name] = self.load(tree) if pointed or name in self.changed else None
        return self.known[name]

    def point_to_twins(self, tree):
        """Let a module import the twins of those that have one; says whether it imports any."""
        found = False
        for node in [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]:
            base = node.module
            for alias in node.names:
                twin = self.twin(f"{base}.{alias.name}")
                if twin:  # a module that is imported by its name: such a line imports nothing else
                    assert len(node.names) == 1
                    alias.asname = alias.asname or alias.name
                    node.module, _, alias.name = twin.__name__.rpartition(".")
                    found = True
            if node.module == base and self.twin(base):
                node.module, found = self.twin(base).__name__, True
        return found

    def twin(self, name):
        """The twin of a module of the implementations or of what makes machine code."""
        ours = name.startswith(("loopwise.implementations.", "loopwise.jit."))
        return self.of(name) if ours and path_of(name) else None

    def load(self, tree):
        """Import a tree as a module of its own; what is compiled of it is cached beside it."""
        text = ast.unparse(tree)
        path = folder() / f"twin_{hashlib.sha256(text.encode()).hexdigest()[:16]}.py"
        if not path.exists():
            write_atomically(path, lambda file: file.write(text.encode()))
        spec = importlib.util.spec_from_file_location(f"loopwise.{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        kept, numba.config.CACHE_DIR = numba.config.CACHE_DIR, ""
        try:
            spec.loader.exec_module(module)
        finally:
            numba.config.CACHE_DIR = kept
        return module


@functools.cache
def folder():
    """Where twins lie; those of other versions of the package are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for other in set(FOLDER.parent.iterdir()) - {FOLDER}:
        shutil.rmtree(other, ignore_errors=True)
    return FOLDER


def absolute(name, node):
    """The module that a relative import in the module `name` means."""
    parts = name.split(".")
    above = node.level - (path_of(name).name == "__init__.py")
    base = ".".join(parts[: len(parts) - above])
    return f"{base}.{node.module}" if node.module else base


# === tests of planted faults ==========================================================================


def edges(faults):
    """Faults at the edges of kernels: with the host's registers none of them is tried.

    Each is compiled anew, which takes minutes in all.
    """
    return faults if os.environ.get(registers.VARIABLE) else {}


def reject(module, function, found, fault, operation, times=1, of="numba_tuned"):
    """Plant a fault; the contract must be seen to be broken, first of all by `operation`.

    Parameters
    ----------
    times : int
        How often the contract is tried: a race may be won now and then.
    """
    twin = faulty_twin(module, function, found, fault, of)
    with pytest.raises(DisagreementError, match="breaks its"):
        hold_all(twin, first=operation, times=times)
