"""What `loopwise machine` does: measure the machine's limits, show them, draw the roofline."""

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from .errors import OptionError
from .files import check_output
from .measure import limits
from .measure.machine import card, default_threads
from .report.files import FIGURES, put_figure, put_json
from .report.limits import limits_table


def run(threads, json, plot):
    """Run the command; files are refused before anything is measured."""
    if json is not None and json != "-":
        check_output(json)
    if plot is not None:
        check_output(plot, FIGURES)
        if json == plot:
            raise OptionError(f"--json and --plot name the same file, {plot}")
    console, errors = Console(stderr=json == "-"), Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn()
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task("limits", total=1.0)

        def show(text, share):
            progress.update(task, description=text, completed=share)

        threads = threads or default_threads()
        measured = limits.measure(threads, show)
        machine = card(threads)
        console.print(limits_table(measured, machine))
        put_json(json, {"machine": machine, "limits": measured.as_dict()})
        if plot is not None:
            from .report.roofline import measured_points, roofline_figure

            put_figure(plot, roofline_figure(measured, machine, measured_points(threads, progress=show)))
