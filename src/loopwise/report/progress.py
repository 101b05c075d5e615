"""What every command that measures has in common: a bar while it runs, which names what is being compiled."""

from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn

from ..measure.compilations import compilations


def said():
    """The text of a bar, without markup: a file's name may be in it."""
    return TextColumn("{task.description}", markup=False)


class BarBelow(Progress):
    """A bar, and above it what is known so far: something that Rich can show, or nothing."""

    above = None

    def get_renderables(self):
        """What is drawn at each refresh."""
        if self.above is not None:
            yield self.above
        yield from super().get_renderables()


@contextmanager
def bar(errors, name, above=None):
    """A bar on a terminal, gone afterwards; yields `show(text, share)`. `errors` is the console it stands on."""
    columns = said(), BarColumn()
    errors.file = errors.file  # stays what it is while a user's code runs and `sys.stderr` is another
    where = {"console": errors, "transient": True, "disable": not errors.is_terminal}
    with BarBelow(*columns, **where, redirect_stdout=False, redirect_stderr=False) as progress:
        progress.above = above
        task = progress.add_task(name, total=1.0)
        with compiling_named(progress, task) as show:
            yield lambda text, share: show(text, completed=share)


@contextmanager
def compiling_named(progress, task):
    """Yield `show(text, **fields)`, which updates a task; while a function is compiled its name stands behind the text.

    progress : rich.progress.Progress
    """
    said = {"text": progress.tasks[task].description, "compiled": ""}

    def update(**fields):
        compiled = said["compiled"] and f": compiling {said['compiled']}"
        progress.update(task, description=said["text"] + compiled, **fields)

    def show(text, **fields):
        said["text"] = text
        update(**fields)

    def told(name):
        said["compiled"] = name
        update()

    with compilations(told):
        yield show
