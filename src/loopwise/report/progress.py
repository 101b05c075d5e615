"""What every command that measures has in common: a bar while it runs, and what it says at its end."""

from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn


@contextmanager
def bar(errors, name):
    """A bar on a terminal, gone afterwards; yields `show(text, share)`. `errors` is the console it stands on."""
    columns = TextColumn("{task.description}"), BarColumn()
    errors.file = errors.file  # stays what it is while somebody's code runs and `sys.stderr` is another
    where = {"console": errors, "transient": True, "disable": not errors.is_terminal}
    with Progress(*columns, **where, redirect_stdout=False, redirect_stderr=False) as progress:
        task = progress.add_task(name, total=1.0)
        yield lambda text, share: progress.update(task, description=text, completed=share)


def exit_code(errors, agreed, stopped):
    """0 when every contract was kept, 1 when one was broken, 130 after Ctrl-C, which is said."""
    if stopped:
        errors.print("stopped by Ctrl-C; this is what was measured until then")
        return 130
    return 0 if agreed else 1
