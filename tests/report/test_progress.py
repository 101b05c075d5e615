"""The bar says what is waited for."""

import io

import numba
import pytest
from numba.core import event
from rich.console import Console
from rich.progress import Progress

from loopwise.report.progress import bar, compiling_named


class Looking(event.Listener):
    """What the bar says while something is compiled."""

    def __init__(self, progress):
        self.progress, self.said = progress, []

    def on_start(self, _):
        self.said.append(self.progress.tasks[0].description)

    def on_end(self, _):
        pass


@pytest.mark.compilation
def test_what_is_compiled_stands_behind_the_text_until_it_is_done():
    progress = Progress(console=Console(file=io.StringIO()))
    looking, task = Looking(progress), progress.add_task("waiting")
    with compiling_named(progress, task) as show, event.install_listener("numba:compile", looking):
        numba.njit(lambda x: x + 1)(1)
        assert progress.tasks[0].description == "waiting"
        show("numba_loops: first call", completed=0.5)

        @numba.njit
        def step(x):
            return x + 1

        step(1)
    assert looking.said == ["waiting: compiling <lambda>", "numba_loops: first call: compiling step"]
    assert (progress.tasks[0].description, progress.tasks[0].completed) == ("numba_loops: first call", 0.5)


def test_what_is_known_so_far_stands_above_the_bar():
    terminal = Console(file=io.StringIO(), force_terminal=True, width=80, color_system=None)
    with bar(terminal, "compare", above="python_loops: same bits") as show:
        show("numba_loops: first call", 0.25)
    shown = terminal.file.getvalue()
    assert shown.index("python_loops: same bits") < shown.index("numba_loops: first call")


def test_where_there_is_no_terminal_nothing_is_shown():
    errors = Console(file=io.StringIO())
    with bar(errors, "compare", above="python_loops") as show:
        show("first call", 0.25)
    assert errors.file.getvalue() == ""
