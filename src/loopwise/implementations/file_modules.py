"""What `import helper` means in a user's file: the module beside it, and no other file's.

Python has one table of modules for the whole process, so that the second of two files, each with a `helper.py` beside
it, would be given the first one's. Here every folder is a package of its own, `own_` and a hash of where it lies, and
what lies in it are its submodules: `s1/helper.py` is `own_5c….helper`, `s2/helper.py` is `own_9e….helper`. Only one
thing is changed for the code in them, `__import__`: a name that their folder has is looked up in their package. An
import statement takes `__import__` from the `__builtins__` of the globals that it runs with; so this holds inside
functions, in other threads and after `os.chdir` as well, and for no other module. All the rest is Python's own: locks,
relative imports, pickles, dataclasses, which ask `sys.modules` for a class's module.

The names are the same in every process, since Numba keeps them with the machine code that it caches.
"""

import builtins
import hashlib
import importlib
import linecache
import os
import sys
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_loader
from types import ModuleType

PREFIX = "own_"
# As in `python mine.py`, nothing in a folder hides what is built into Python; here loopwise is there already, too.
NEVER_OWN = {*sys.builtin_module_names, "loopwise"}
_folders: dict = {}  # name of the package -> Folder


class Folder:
    """The modules of one folder.

    Attributes
    ----------
    package : ModuleType
        Its path is the folder, and what a file has put on `sys.path` while it was loaded.
    builtins : dict
        Python's, with `import_` for `__import__`.
    """

    def __init__(self, name, folder):
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [folder]
        self.name, self.package = name, module_from_spec(spec)
        self.builtins = {**vars(builtins), "__import__": self.import_}
        self.importlib = Importlib(self)
        self.foreign = set()  # names that were looked for here, and not found
        self.path_before = None  # sys.path, before the file that is being loaded
        sys.modules[name] = self.package

    def load(self, path, run=None):
        """Run a file of this folder as one of its modules, anew if it was loaded before.

        Parameters
        ----------
        path : Path
        run : callable(module), optional
            What runs its code; by default all of it is run.
        """
        name = f"{self.name}.{path.stem.replace('.', '_')}"
        spec = spec_from_loader(name, OwnLoader(name, str(path), self))
        module = module_from_spec(spec)
        module.__builtins__ = self.builtins
        importlib.invalidate_caches()
        linecache.cache.pop(str(path), None)  # what Python shows of it, too, may be the text of before
        self.foreign.clear()
        sys.modules[name] = module
        try:
            with self.own_path():
                (run or spec.loader.exec_module)(module)
        except BaseException:
            sys.modules.pop(name, None)
            raise
        return module

    def import_(self, name, globals=None, locals=None, fromlist=(), level=0):
        """`__import__`, for which the folder comes first."""
        top = name.partition(".")[0]
        if level or not self.has(top):
            module = builtins.__import__(name, globals, locals, fromlist, level)
            return self.importlib if module is importlib else module
        try:
            module = builtins.__import__(f"{self.name}.{name}", globals, locals, fromlist or ("__name__",), 0)
        except ImportError as error:
            error.msg = error.msg.replace(f"{self.name}.", "")
            raise
        return module if fromlist else sys.modules[f"{self.name}.{top}"]

    def has(self, top):
        """Whether a module, by its first name, is the folder's."""
        if self.path_before is not None and sys.path != self.path_before:
            self.take_over_path()
        if top in self.foreign:
            return False
        if f"{self.name}.{top}" in sys.modules:
            return True
        found = top not in NEVER_OWN and self.find(top)
        if not found:
            self.foreign.add(top)
        return found

    def find(self, top):
        """Look into the folder. One without `__init__.py` comes last in Python: if no other module has the name."""
        spec = PathFinder.find_spec(f"{self.name}.{top}", self.package.__path__)
        if spec is None or spec.origin is not None:
            return spec is not None
        return top not in sys.modules and find_spec(top) is None

    @contextmanager
    def own_path(self):
        """What a file puts on `sys.path` while it is loaded is its own."""
        before = self.path_before
        self.path_before = sys.path[:]
        try:
            yield
        finally:
            self.take_over_path()
            sys.path[:] = self.path_before
            self.path_before = before

    def take_over_path(self):
        """Search what was added to `sys.path`, too; from now on, wherever the process will be."""
        for entry in sys.path:
            if entry not in self.path_before and os.path.abspath(entry) not in self.package.__path__:
                self.package.__path__.append(os.path.abspath(entry))
                self.foreign.clear()


class Importlib(ModuleType):
    """`importlib` as a folder's files see it: `import_module` knows the folder."""

    def __init__(self, folder):
        super().__init__("importlib", importlib.__doc__)
        self.__import__ = folder.import_
        self._folder = folder

    def import_module(self, name, package=None):
        """`importlib.import_module`, for which the folder comes first."""
        own = not name.startswith(".") and self._folder.has(name.partition(".")[0])
        return importlib.import_module(f"{self._folder.name}.{name}" if own else name, package)

    def __getattr__(self, name):
        return getattr(importlib, name)


class OwnLoader(SourceFileLoader):
    """Loads a module of a folder, with that folder's `__import__`."""

    def __init__(self, name, path, folder):
        super().__init__(name, path)
        self.folder = folder

    def get_code(self, fullname):
        """Compile the file as it is now.

        Bytecode that was kept is taken for the file's where second and size are the same: `+` for `-`, saved at once.
        """
        return self.source_to_code(self.get_data(self.path), self.path)

    def exec_module(self, module):
        """Run the module's code."""
        module.__builtins__ = self.folder.builtins
        try:
            super().exec_module(module)
        except Exception as error:
            # What a helper defines will do, as of the file itself; who knows that stands above.
            rescued = importlib.import_module(".from_file", __package__).rescued
            if not rescued(self.path, module, error):
                raise


class MovedLoader(Loader):
    """Loads a module under the name that Numba's cache has for it, where its folder was moved since.

    Cached machine code names the module that it came from, and the name holds a hash of the folder's path.
    """

    def create_module(self, spec):
        """Python's usual, empty module."""

    def exec_module(self, module):
        """Become the module of the same name in a folder of this process, if there is one."""
        name = module.__name__.partition(".")[2]
        loaded = (sys.modules.get(f"{folder}.{name}") for folder in list(_folders))
        sys.modules[module.__name__] = next(filter(None, loaded), module)


class OwnFinder(MetaPathFinder):
    """Finds what has a folder's name in front."""

    def find_spec(self, fullname, path=None, target=None):
        """Where a module of a folder is, and how it is loaded."""
        package, _, name = fullname.partition(".")
        if package in _folders:
            spec = PathFinder.find_spec(fullname, path)
            if spec and type(spec.loader) is SourceFileLoader:
                spec.loader = OwnLoader(fullname, spec.loader.path, _folders[package])
            return spec
        if package.startswith(PREFIX) and _folders:
            return ModuleSpec(fullname, MovedLoader(), is_package=not name)
        return None


FINDER = OwnFinder()


def folder_of(path):
    """The `Folder` in which a file lies.

    Parameters
    ----------
    path : Path
        Absolute, with links followed, as Python does for `python mine.py`.
    """
    if FINDER not in sys.meta_path:
        sys.meta_path.insert(0, FINDER)
    folder = str(path.parent)
    name = PREFIX + hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    if name not in _folders:
        _folders[name] = Folder(name, folder)
    return _folders[name]
