"""A notebook, or a file that does not run from beginning to end, as a module: what it defines, without what it does.

Kept are imports, functions, classes, and the names that functions need. Left out, and named, are magics, prints,
training, data that is not there, and modules of a course that are not beside the file.
"""

import ast
import inspect
import json
import linecache
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from ..errors import ImplementationError, one_line
from .stand_ins import stand_ins

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
RUN_AS_PYTHON = ("time", "timeit", "capture", "prun")  # cell magics that run the rest of their cell


@dataclass
class Code:
    """The source of a file, and where each cell of a notebook begins in it.

    Attributes
    ----------
    text : str
    cells : list of (int, int)
        A cell's number and its first line; empty for a Python file.
    left_out : list of str
        What is left out, with its place.
    """

    text: str
    cells: list = field(default_factory=list)
    left_out: list = field(default_factory=list)

    def place(self, line):
        """`line 4`, or `cell 3, line 2`."""
        begun = [(number, first) for number, first in self.cells if first <= line]
        return f"cell {begun[-1][0]}, line {line - begun[-1][1] + 1}" if begun else f"line {line}"

    def leave_out(self, line, what):
        """Note what is left out."""
        self.left_out.append(f"{self.place(line)}: {what}")


def read_notebook(path):
    """The code cells of a notebook one after the other; what is no Python is left out.

    Raises
    ------
    ImplementationError
        It is no notebook.
    """
    try:
        cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
        texts = [(k, "".join(cell["source"])) for k, cell in enumerate(cells, 1) if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, UnicodeDecodeError):
        raise ImplementationError(f"{path}: expected a notebook with cells of code") from None
    code, lines = Code(""), []
    for number, text in texts:
        code.cells.append((number, len(lines) + 1))
        lines += python_lines(code, text.splitlines(), len(lines) + 1)
        lines.append("")
    code.text = "\n".join(lines) + "\n"
    return code


def python_lines(code, lines, first):
    """A cell's lines: magics are blank, and so is a cell in another language or with an error."""
    if lines and lines[0].startswith("%%") and lines[0][2:].split(" ")[0] not in RUN_AS_PYTHON:
        code.leave_out(first, lines[0])
        return ["" for _ in lines]
    kept = []
    for k, line in enumerate(lines):
        is_magic = line.lstrip().startswith(("%", "!", "?")) or line.rstrip().endswith("?")
        if is_magic:
            code.leave_out(first + k, line.strip())
        kept.append(" " * (len(line) - len(line.lstrip())) + "pass" if is_magic else line)
    try:
        ast.parse("\n".join(kept))
    except SyntaxError as error:
        code.leave_out(first + (error.lineno or 1) - 1, one_line(error))
        return ["" for _ in lines]
    return kept


def run_definitions(path, code, module):
    """Run what a file defines in its module, statement by statement; note what is left out.

    Parameters
    ----------
    path : Path
    code : Code
    module : module
        With its loader's `__import__` in place.
    """
    text = code.text
    linecache.cache[str(path)] = (len(text), None, text.splitlines(keepends=True), str(path))
    tree = ast.parse(text, str(path))
    module.__tree__, needed = tree, needed_names(tree)
    module.__missing__ = {}
    made = {node.name for node in tree.body if isinstance(node, DEFINITIONS[:3])}
    for node in tree.body:
        if not is_kept(node, needed, made):
            if not is_docstring(node) and not isinstance(node, ast.Pass):
                code.leave_out(node.lineno, first_line(text, node))
            continue
        try:
            exec(compile(ast.Module([node], []), str(path), "exec"), vars(module))
        except Exception as error:
            ours = stand_ins(node, tree, needed, made) if isinstance(node, ast.ImportFrom) else {}
            vars(module).update(ours)
            module.__missing__ |= names_of(node, ours)
            stood_in = f"; ours stand in for {', '.join(sorted(ours))}" if ours else ""
            code.leave_out(node.lineno, f"{first_line(text, node)} ({one_line(error)}{stood_in})")
    module.__left_out__ = code.left_out


def names_of(node, ours):
    """The names that an import should have given, with the module's; `*` for all of it."""
    if isinstance(node, ast.ImportFrom):
        return {alias.asname or alias.name: node.module for alias in node.names if alias.name not in ours}
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name.partition(".")[0]: alias.name for alias in node.names}
    return {}


def missing_module(function, error):
    """`load_data of dnn_utils`: what a function has not found because its module is not there; empty otherwise."""
    missing = getattr(inspect.unwrap(function), "__globals__", {}).get("__missing__", {})
    if not isinstance(error, NameError) or isinstance(error, UnboundLocalError):
        return ""
    module = missing.get(error.name, missing.get("*"))
    return f"{error.name} of {module}" if module else ""


def first_line(text, node):
    """The first line of a statement."""
    line = text.splitlines()[node.lineno - 1].strip()
    return line if len(line) <= 60 else line[:59] + "…"


def is_docstring(node):
    """Whether a statement is a string alone."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def needed_names(tree):
    """The names that functions and classes take from outside."""
    bodies = [node for node in tree.body if isinstance(node, DEFINITIONS[:3])]
    return {
        one.id
        for body in bodies
        for one in ast.walk(body)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)
    }


def is_kept(node, needed, made):
    """Whether a statement of the top level defines something, and does nothing."""
    if isinstance(node, DEFINITIONS):
        return True
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
        called = {one.func.id for one in ast.walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)}
        plain = not any(isinstance(one, ast.Call) for one in ast.walk(node))
        decorates = any(isinstance(one, ast.Call) and names_function(one, made) for one in ast.walk(node))
        return decorates or plain or (bool(names & needed) and not called & made)
    if isinstance(node, ast.If) and not is_main(node):
        return all(is_kept(one, needed, made) or isinstance(one, ast.Pass) for one in [*node.body, *node.orelse])
    if isinstance(node, ast.Try):
        handled = [one for handler in node.handlers for one in handler.body]
        return all(is_kept(one, needed, made) or isinstance(one, ast.Pass) for one in [*node.body, *handled])
    return False


def names_function(call, made):
    """Whether a call is given a function of the file by its name: `fast = njit(slow)`."""
    return any(isinstance(one, ast.Name) and one.id in made for one in call.args) and not (
        isinstance(call.func, ast.Name) and call.func.id in made
    )


def is_main(node):
    """Whether a statement is `if __name__ == "__main__":`."""
    return any(isinstance(one, ast.Name) and one.id == "__name__" for one in ast.walk(node.test))


def is_definition_at(tree, line):
    """Whether the statement of the top level at a line defines a function or a class."""
    starts = [*tree.body, None]
    for node, after in pairwise(starts):
        if node.lineno <= line and (after is None or line < after.lineno):
            return isinstance(node, DEFINITIONS[:3])
    return False
