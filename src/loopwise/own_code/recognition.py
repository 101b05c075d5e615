"""Which of a file's functions are operations: by their names and parameters."""

import ast
import sys
from difflib import get_close_matches
from types import ModuleType

from ..interface import OPERATIONS, OPTIONAL
from .evidence import Evidence
from .forms import FORMS, OWN_NAMES
from .found import Found
from .networks import whole_networks
from .parameters import matched, signature
from .passes import Passes
from .results import plain
from .trainings import whole_trainings
from .words import attributes_of

PREFIXES = ("my", "compute", "calculate", "calc", "get", "np", "numpy", "vectorized", "the", "do")
SUFFIXES = ("vectorized", "function", "func", "numpy", "np", "loop", "loops", "naive", "numba", "jit")
OUR_NAME = {form.names: form.operation for form in OWN_NAMES}


class Recognised:
    """What of a file is recognised.

    Attributes
    ----------
    found : list of Found
        In the interface's order, of one operation in the file's.
    notes : dict of str to str
        What has an operation's name and is none, and why.
    nearest : dict of str to str
        Functions that are no operation, and the operation that is nearest by name or by parameters.
    classes : list of str
        The file's own classes.
    """

    def __init__(self, found, notes, nearest, names=(), classes=()):
        self.found, self.notes, self.nearest, self.classes = found, notes, nearest, list(classes)
        evidence = Evidence(found, tuple(map(plain, names)))
        for one in found:
            one.beside = evidence


def recognise(module):
    """Look through a module's functions.

    Parameters
    ----------
    module : module

    Returns
    -------
    Recognised
    """
    found, notes, nearest, functions = [], {}, {}, {}
    defined = defined_in(module)
    for name, value in list(vars(module).items()):
        if name.startswith("__"):
            continue
        is_ours = name in OPERATIONS
        if not callable(value) or isinstance(value, type):
            if is_ours and not isinstance(value, ModuleType):
                notes[name] = f"{name} is {type(value).__name__}, no function"
            continue
        if not offered(module, name, value, defined):
            if is_ours and name not in defined:
                notes[name] = f"{name} is of {top_module(value)}, not of this file"
            continue
        functions[name] = value
        one = recognise_function(value, name)
        if one is not None:
            found.append(one)
        elif is_ours:
            notes[name] = (
                f"{name}({', '.join(names_of(value))}) is not {name}({', '.join(OPERATIONS[name].parameters)})"
            )
        else:
            nearest[name] = nearest_operation(name, value)
    connect(found)
    networks = whole_networks(functions, found)
    found += [*networks, *whole_trainings(functions, [one for one in networks if isinstance(one, Passes)])]
    nearest = {name: said for name, said in nearest.items() if name not in {one.name for one in found}}
    order = [*OPERATIONS, *OPTIONAL]
    found.sort(key=lambda one: order.index(one.operation))
    classes = [name for name, value in vars(module).items() if isinstance(value, type) and name in defined]
    return Recognised(found, notes, nearest, functions, classes)


def recognise_function(function, name):
    """A function as what it was recognised as; None where it is nothing that is known."""
    possible = []
    for form in forms_called(name):
        roles = matched(function, (*form.roles, *form.optional)) if form.optional else None
        roles = roles or matched(function, form.roles)
        if roles is not None and is_needed(form, function):
            possible.append(Found(name, function, form, roles, exact_name=form.names in OUR_NAME and not form.spare))
    if not possible:
        return None
    possible[0].others = possible[1:]
    return possible[0]


def is_needed(form, function):
    """Whether a function's source has what is needed to be of this kind."""
    used = attributes_of(function)
    return not form.needs or any(need in name.lower() for need in form.needs for name in used)


def forms_called(name):
    """The kinds of functions that have a name: as it is, then without what is often put before or after it."""
    tried = []
    for one in spellings(name):
        for form in FORMS:
            if form.called(one) and form not in tried:
                tried.append(form)
                yield form


def spellings(name):
    """A name in plain letters, then without a prefix or a suffix."""
    bare = plain(name)
    yield bare
    for prefix in PREFIXES:
        if bare.startswith(prefix) and len(bare) > len(prefix):
            yield bare[len(prefix) :]
    without_number = bare.rstrip("0123456789")
    if without_number != bare:
        yield without_number
    for suffix in SUFFIXES:
        if bare.endswith(suffix) and len(bare) > len(suffix):
            yield bare[: -len(suffix)]


def connect(found):
    """Give each function that needs a cache those that make one."""
    for one in [form for first in found for form in (first, *first.others)]:
        makes = {f"{partner}forward" for partner in one.form.partner} | set(one.form.partner)
        one.partners = [other for other in found if plain(other.name) in makes and "cache" not in other.taken]


# === which functions are the file's own ===============================================================


def defined_in(module):
    """The names that a file itself defines or assigns, and does not only import."""
    tree = getattr(module, "__tree__", None)
    names = set()
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def offered(module, name, value, defined):
    """Whether a function is offered as one's own: not one that only came along with another package's names."""
    if name in defined:
        return True
    if getattr(value, "stands_in", False):
        return False
    top = top_module(value)
    return top not in sys.stdlib_module_names and top not in FOREIGN


FOREIGN = (
    "numpy",
    "scipy",
    "sklearn",
    "torch",
    "jax",
    "jaxlib",
    "tensorflow",
    "keras",
    "matplotlib",
    "pandas",
    "numba",
)


def top_module(value):
    """The package that a function is of."""
    function = getattr(value, "py_func", value)
    module = getattr(function, "__module__", None) or type(function).__module__
    return str(module).partition(".")[0]


# === what is nearest ==================================================================================


def names_of(function):
    """The names of a function's parameters."""
    return [name for name, _ in signature(function) or ()]


def nearest_operation(name, function):
    """The operation that is nearest by its name, and the one whose parameters are; empty where none is near."""
    known = {form_name: form.operation for form in FORMS for form_name in form.names.split()}
    near = get_close_matches(plain(name), known, n=1, cutoff=0.75)
    given = [plain(one) for one in names_of(function)]
    by_parameters = [op.name for op in OPERATIONS.values() if given and [plain(one) for one in op.parameters] == given]
    said = [f"{known[near[0]]} by name"] if near else []
    said += [f"{by_parameters[0]} by parameters"] if by_parameters else []
    return " and ".join(said)
