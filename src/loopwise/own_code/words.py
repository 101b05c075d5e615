"""What a function's source speaks of: its own, and that of its file's functions that it calls."""

import inspect
from functools import lru_cache


def mentions(function, setting):
    """Whether a function's source has the name of an activation or a loss that is asked for."""
    return any(name in words_of(function) for name in setting if isinstance(name, str))


@lru_cache(maxsize=256)
def words_of(function):
    """The strings, the names of constants, and the keys of the dicts that a function looks into, in small letters."""
    constants = {name.lower() for name in attributes_of(function) if name.isupper()}  # loopwise.interface.RELU
    return strings_of(function) | constants


@lru_cache(maxsize=256)
def strings_of(function):
    """The strings, and the keys of the dicts that a function looks into, in small letters."""
    words = set()
    for code, names in codes_of(function):
        for const in code.co_consts:
            words |= {str(one).lower() for one in (const if isinstance(const, (tuple, frozenset)) else (const,))}
        dicts = [names.get(name) for name in code.co_names if isinstance(names.get(name), dict)]
        words |= {str(key).lower() for one in dicts for key in one}
    return frozenset(words)


@lru_cache(maxsize=256)
def attributes_of(function):
    """The names that a function, and what it calls, asks others for."""
    return frozenset(name for code, _ in codes_of(function) for name in code.co_names)


def codes_of(function):
    """(code, the module's names) of a function, and of all that it calls in its file."""
    own = plain_function(function)
    names, known, waiting = getattr(own, "__globals__", {}), set(), [getattr(own, "__code__", None)]
    while waiting:
        code = waiting.pop()
        if code is None or code in known:
            continue
        known.add(code)
        yield code, names
        waiting += [const for const in code.co_consts if hasattr(const, "co_consts")]
        called = (plain_function(names[name]) for name in code.co_names if name in names)
        waiting += [one.__code__ for one in called if getattr(one, "__globals__", None) is names]


def plain_function(function):
    """A function without its wrappers, compiled or not."""
    own = inspect.unwrap(function) if callable(function) else function
    return getattr(own, "py_func", own)
