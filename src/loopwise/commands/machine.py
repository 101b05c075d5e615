"""`loopwise machine`: measure the machine's limits, show them, draw the roofline."""

import typer

from .options import Json, Plot, Threads, allowed_threads, app


@app.command(
    epilog="Example: loopwise machine --json limits.json --plot roofline.png\n\n"
    "The JSON is {machine, limits: {threads, caches: [{name, size_bytes, count, assumed}], read_gbytes_per_s: {level: "
    "{threads: GB/s}}, read_buffer_bytes: the same way, triad_gbytes_per_s: {threads: GB/s}, peak_gflops: {dtype: "
    "{threads: GFLOP/s}}, other_peaks_gflops: {way: as peak_gflops}}}; level is L1, L2, … or DRAM; way is 'apart' "
    "(product and sum in two instructions, as the exact implementations) or 'half' (256 bits of 512)."
)
def machine(threads: Threads = None, json: Json = None, plot: Plot = None):
    """Measure what this machine can do at best: read from each cache and from memory, multiply and add.

    --plot draws the roofline, with a few of loopwise's workloads on it.
    """
    threads = allowed_threads(threads)
    from ..machine import limits
    from ..machine.card import card
    from ..machine.load import Load
    from ..report.machine import limits_table
    from ..report.outputs import Outputs
    from ..report.progress import bar

    outputs, load = Outputs(json, plot), Load()
    try:
        with bar(outputs.errors, "limits") as show:
            measured = limits.measure(threads, show)
        machine = card(threads) | {"load": load.so_far()}
        outputs.publish(
            limits_table(measured, machine),
            json=lambda: {"machine": machine, "limits": measured.as_dict()},
            plot=lambda: roofline(measured, load, threads, outputs.errors),
        )
    except KeyboardInterrupt:
        raise typer.Exit(outputs.exit_code(stopped=True)) from None
    raise typer.Exit(outputs.exit_code())


def roofline(measured, load, threads, errors):
    """The figure, for which some work is measured too."""
    from ..machine.card import card
    from ..measure.roofline import measured_points
    from ..report.progress import bar
    from ..report.roofline import roofline_figure

    with bar(errors, "points") as show:
        points = measured_points(threads, progress=show)
    return roofline_figure(measured, card(threads) | {"load": load.so_far()}, points)
