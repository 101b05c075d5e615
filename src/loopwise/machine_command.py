"""What `loopwise machine` does: measure the machine's limits, show them, draw the roofline."""

from rich.console import Console

from .measure import limits
from .measure.machine import card, default_threads
from .report.files import check_outputs, put_figure, put_json
from .report.limits import limits_table
from .report.progress import bar


def run(threads, json, plot):
    """Run the command; files are refused before anything is measured.

    Returns
    -------
    int
        Exit code: 0, or 130 after Ctrl-C; limits that were measured by then have been shown and written.
    """
    check_outputs(json, plot)
    errors = Console(stderr=True)
    try:
        measure_and_show(threads or default_threads(), json, plot, errors)
    except KeyboardInterrupt:
        errors.print("stopped by Ctrl-C")
        return 130
    return 0


def measure_and_show(threads, json, plot, errors):
    """The table and the JSON as soon as there are limits; then the points of the figure."""
    console = Console(stderr=json == "-")
    with bar(errors, "limits") as show:
        measured = limits.measure(threads, show)
        machine = card(threads)
        put_json(json, {"machine": machine, "limits": measured.as_dict()})
        console.print(limits_table(measured, machine))
        if plot is not None:
            from .report.roofline import measured_points, roofline_figure

            put_figure(plot, roofline_figure(measured, machine, measured_points(threads, progress=show)))
