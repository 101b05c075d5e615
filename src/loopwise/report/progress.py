"""What every command that measures has in common: a bar while it runs."""

from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn


def said():
    """The text of a bar, without markup: a file's name may be in it."""
    return TextColumn("{task.description}", markup=False)


@contextmanager
def bar(errors, name):
    """A bar on a terminal, gone afterwards; yields `show(text, share)`. `errors` is the console it stands on."""
    columns = said(), BarColumn()
    errors.file = errors.file  # stays what it is while a user's code runs and `sys.stderr` is another
    where = {"console": errors, "transient": True, "disable": not errors.is_terminal}
    with Progress(*columns, **where, redirect_stdout=False, redirect_stderr=False) as progress:
        task = progress.add_task(name, total=1.0)
        yield lambda text, share: progress.update(task, description=text, completed=share)
