"""What an operation stands on: the kernels below it, in order of call, read from the source."""

import ast
import inspect
import itertools
import textwrap
from collections import Counter

OURS = ("loopwise.implementations.", "loopwise.jit.")
DECORATORS = ("njit", "kernel")  # of `jit.decorators`: what makes a function a kernel


def kernels_below(function, depth=None):
    """The kernels that a function calls, what it calls them through, and what they call.

    Parameters
    ----------
    function : function
        As it is written: of a compiled one its `py_func`.
    depth : int or "all", optional
        How many calls down; by default as far as the first function on each way that has a loop.

    Returns
    -------
    list of function
        Each once, in order of call: a function before those that it calls, what several call after the last of them.
    """
    below = reached({function}, depth)
    called = {caller: [kernel for kernel in callees(caller) if kernel in below] for caller in {function, *below}}
    return callers_first(function, called, Counter(itertools.chain(*called.values())), [])


def reached(functions, depth, above=frozenset()):
    """What functions call on the way to kernels, and what that calls, so many calls down."""
    if not functions or depth == 0:
        return set()
    followed = [function for function in functions if depth is not None or not has_loop(function)]
    below = {callee for function in followed for callee in callees(function) if leads_to_kernel(callee, ())} - above
    return below | reached(below, depth - 1 if isinstance(depth, int) else depth, above | below)


def callers_first(function, called, callers, found):
    """`found` with what a function calls, each at the last of its callers and followed by what it calls itself."""
    for callee in called[function]:
        callers[callee] -= 1
        if not callers[callee]:
            found.append(callee)
            callers_first(callee, called, callers, found)
    return found


def callees(function):
    """The functions of ours that a function names, each once, in the order in which they stand in its text."""
    names = [node for node in ast.walk(tree_of(function)) if isinstance(node, ast.Name | ast.Attribute)]
    names.sort(key=lambda node: (node.lineno, node.col_offset))
    found = dict.fromkeys(filter(None, (resolved(node, function) for node in names)))
    found.pop(function, None)
    return list(found)


def resolved(node, function):
    """The function of ours that `name` or `module.name` means in a function's text; None for anything else."""
    if isinstance(node, ast.Attribute):
        owner = node.value.id if isinstance(node.value, ast.Name) else None
        value = getattr(function.__globals__.get(owner), node.attr, None) if owner else None
    else:
        value = function.__globals__.get(node.id)
    value = getattr(value, "py_func", value)
    return value if inspect.isfunction(value) and value.__module__.startswith(OURS) else None


def leads_to_kernel(function, above):
    """Whether a function is a kernel, or calls one, whatever stands between."""
    return is_kernel(function) or any(
        leads_to_kernel(callee, (*above, function)) for callee in callees(function) if callee not in above
    )


def is_kernel(function):
    """Whether a function is compiled: its decorator says so, under NUMBA_DISABLE_JIT=1 too."""
    decorators = (ast.unparse(decorator) for decorator in tree_of(function).decorator_list)
    return any(text.split("(")[0] in DECORATORS for text in decorators)


def has_loop(function):
    """Whether a function has a loop of its own."""
    return any(isinstance(node, ast.For | ast.While) for node in ast.walk(tree_of(function)))


def tree_of(function):
    """The definition of a function."""
    return ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
