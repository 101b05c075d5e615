"""One operation's source in every implementation, side by side where the terminal is wide enough."""

import difflib
import inspect
from dataclasses import dataclass
from pathlib import Path

from rich.columns import Columns
from rich.panel import Panel
from rich.syntax import Syntax
from rich.text import Text

from .. import implementations
from .terminal import plain

FOLDER = Path(implementations.__file__).parent
FRAME = 4  # columns that a panel takes beside its code


@dataclass(frozen=True)
class Source:
    """The text of one operation in one implementation."""

    implementation: str
    path: str
    line: int
    text: str

    @property
    def place(self):
        """Its file and line."""
        return f"{self.path}:{self.line}"


def source_of(implementation, operation):
    """Where an operation stands, and its text: of the function that students read, not of a wrapper.

    Returns
    -------
    Source
    """
    function = inspect.unwrap(getattr(implementation, operation).kernel)
    function = getattr(function, "py_func", function)
    lines, line = inspect.getsourcelines(function)
    return Source(implementation.name, path_of(function), line, "".join(lines).rstrip())


def path_of(function):
    """The file in which a function stands: of ours with its folder, `numba_loops/layers.py`."""
    path = Path(inspect.getsourcefile(function))
    return path.relative_to(FOLDER).as_posix() if path.is_relative_to(FOLDER) else path.name


def side_by_side(sources, width):
    """Panels in rows: as many beside one another as have room for their longest line."""
    rows, row, used = [], [], 0
    for source in sources:
        panel, needed = source_panel(source), min(width, widest(source) + FRAME)
        if row and used + needed > width:
            rows.append(row)
            row, used = [], 0
        row.append(panel)
        used += needed
    return [Columns(panels, padding=(0, 0)) for panels in [*rows, row]]


def source_panel(source):
    """The source in colours, with the place where it stands."""
    code = Syntax(source.text, "python", theme="ansi_dark", background_color="default", word_wrap=True)
    title, subtitle = Text(plain(source.implementation)), Text(plain(source.place))
    style = {"title_align": "left", "subtitle_align": "left", "padding": (0, 1)}
    return Panel(code, title=title, subtitle=subtitle, width=widest(source) + FRAME, **style)


def widest(source):
    """How wide its text is, or what is written on its frame."""
    return max(map(len, [*source.text.splitlines(), source.implementation, source.place]))


def difference(before, after):
    """What changes from one source to another, line by line, in colours."""
    lines = difflib.unified_diff(
        before.text.splitlines(),
        after.text.splitlines(),
        f"{before.implementation} ({before.place})",
        f"{after.implementation} ({after.place})",
        lineterm="",
        n=1000,
    )
    return Syntax("\n".join(lines), "diff", theme="ansi_dark", background_color="default", word_wrap=True)
