"""Docstrings that are shown to people: formulas, demos, the help of commands."""

import inspect


def documentation(thing):
    """The docstring of a function or module; under `python -OO`, which throws it away, as its source has it."""
    return inspect.getdoc(thing) or _in_the_source(thing)


def _in_the_source(thing):
    import ast
    import textwrap

    # Not ast.parse: from Python 3.14 on, it leaves out what the interpreter does.
    text = textwrap.dedent(inspect.getsource(thing))
    tree = compile(text, "<source>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True, optimize=0)
    return ast.get_docstring(tree if inspect.ismodule(thing) else tree.body[0]) or ""
