"""One operation's source in every implementation, side by side where the terminal is wide enough."""

import difflib
import inspect
from dataclasses import dataclass, replace
from pathlib import Path

from rich.columns import Columns
from rich.panel import Panel
from rich.syntax import Syntax
from rich.text import Text

from .. import implementations
from ..implementations.from_file import CODE
from .call_order import kernels_below
from .terminal import plain

PACKAGE = Path(implementations.__file__).parents[1]
FOLDERS = PACKAGE / "implementations", PACKAGE
FRAME = 4  # columns that a panel takes beside its code


@dataclass(frozen=True)
class Source:
    """The text of one operation in one implementation.

    Attributes
    ----------
    implementation : str
    path, line : str, int
        Where it stands.
    text : str
    kernels : tuple of Source
        What it stands on, in order of call; their `implementation` says which function it is.
    cell : str
        Of a notebook: `cell 3, line 2`.
    """

    implementation: str
    path: str
    line: int
    text: str
    kernels: tuple = ()
    cell: str = ""

    @property
    def location(self):
        """Its file and line; of a notebook, the cell."""
        return f"{self.path}, {self.cell}" if self.cell else f"{self.path}:{self.line}"


def source_of(implementation, operation, depth=None):
    """Where an operation stands, and its text: of the function that students read, not of a wrapper.

    Parameters
    ----------
    implementation : Implementation
    operation : str
    depth : int or "all", optional
        How many calls down its kernels are shown; by default as far as the loop that runs.

    Returns
    -------
    Source
    """
    function = inspect.unwrap(getattr(implementation, operation).kernel)
    function = getattr(function, "py_func", function)
    below = kernels_below(function, depth) if inspect.isfunction(function) else []
    kernels = tuple(read(f"{implementation.name} ↳ {kernel.__name__}", kernel) for kernel in below)
    return replace(read(implementation.name, function), kernels=kernels)


def read(name, function):
    """The source of one function."""
    lines, line = inspect.getsourcelines(function)
    code = CODE.get(inspect.getsourcefile(function))
    cell = code.place(line) if code and code.cells else ""
    return Source(name, path_of(function), line, "".join(lines).rstrip(), cell=cell)


def path_of(function):
    """The file in which a function stands: of ours with its folder, `numba_loops/layers.py`."""
    path = Path(inspect.getsourcefile(function))
    below = next((folder for folder in FOLDERS if path.is_relative_to(folder)), path.parent)
    return path.relative_to(below).as_posix()


def side_by_side(sources, width):
    """Panels in rows: as many beside one another as have room for their longest line; kernels after what calls them."""
    rows, row, used = [], [], 0
    for source in [part for operation in sources for part in (operation, *operation.kernels)]:
        panel, needed = source_panel(source), min(width, widest(source) + FRAME)
        if row and used + needed > width:
            rows.append(row)
            row, used = [], 0
        row.append(panel)
        used += needed
    return [Columns(panels, padding=(0, 0)) for panels in [*rows, row]]


def source_panel(source):
    """The source in colours, with where it stands."""
    code = Syntax(source.text, "python", theme="ansi_dark", background_color="default", word_wrap=True)
    title, subtitle = Text(plain(source.implementation)), Text(plain(source.location))
    style = {"title_align": "left", "subtitle_align": "left", "padding": (0, 1)}
    return Panel(code, title=title, subtitle=subtitle, width=widest(source) + FRAME, **style)


def widest(source):
    """How wide its text is, or what is written on its frame."""
    return max(map(len, [*source.text.splitlines(), source.implementation, source.location]))


def whole(source):
    """An operation's text, and below it that of its kernels, each under where it stands."""
    return "\n\n\n".join([source.text, *(f"# {kernel.location}\n{kernel.text}" for kernel in source.kernels)])


def difference(before, after):
    """What changes from one source to another, line by line, in colours."""
    lines = difflib.unified_diff(
        whole(before).splitlines(),
        whole(after).splitlines(),
        f"{before.implementation} ({before.location})",
        f"{after.implementation} ({after.location})",
        lineterm="",
        n=1000,
    )
    return Syntax("\n".join(lines), "diff", theme="ansi_dark", background_color="default", word_wrap=True)
