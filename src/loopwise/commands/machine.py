"""What `loopwise machine` does: measure the machine's limits, show them, draw the roofline."""

from ..measure import limits
from ..measure.machine import card, default_threads
from ..report import roofline as report
from ..report.limits import limits_table
from ..report.outputs import Outputs
from ..report.progress import bar


def run(threads, json, plot):
    """Run the command; files are refused before anything is measured.

    Returns
    -------
    int
        Exit code: 0; 2 when an output failed; 130 after Ctrl-C; limits that were measured by then have been shown and
        written.
    """
    outputs, threads = Outputs(json, plot), threads or default_threads()
    try:
        with bar(outputs.errors, "limits") as show:
            measured = limits.measure(threads, show)
        machine = card(threads)
        outputs.publish(
            limits_table(measured, machine),
            json=lambda: {"machine": machine, "limits": measured.as_dict()},
            plot=lambda: roofline(measured, machine, threads, outputs.errors),
        )
    except KeyboardInterrupt:
        return outputs.exit_code(stopped=True)
    return outputs.exit_code()


def roofline(measured, machine, threads, errors):
    """The figure, for which some work is measured too."""
    with bar(errors, "points") as show:
        points = report.measured_points(threads, progress=show)
    return report.roofline_figure(measured, machine, points)
