"""What every command that measures has in common: a bar while it runs."""

from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn


def said():
    """The words of a bar: somebody's file name may be among them."""
    return TextColumn("{task.description}", markup=False)


@contextmanager
def bar(errors, name):
    """A bar on a terminal, gone afterwards; yields `show(text, share)`. `errors` is the console it stands on."""
    columns = said(), BarColumn()
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(name, total=1.0)
        yield lambda text, share: progress.update(task, description=text, completed=share)
