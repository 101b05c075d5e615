"""The progress bar of `verbose`."""

from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def progress_bar(shown, epochs, begun=0):
    """What to call with each new state, or None where nothing is shown.

    Parameters
    ----------
    shown : bool
    epochs, begun : int
        How many there will be, and how many were done before.
    """
    if not shown:
        yield None
        return
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("epochs, cost {task.fields[cost]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=epochs, cost="…")

        def show(state):
            cost = f"{state.costs[-1]:.4g}" if state.costs else "…"
            progress.update(task, completed=state.epoch - begun, cost=cost)

        yield show
