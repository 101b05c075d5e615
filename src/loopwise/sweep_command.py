"""What `loopwise sweep` does: measure one size after the other, show it, draw it."""

from functools import partial

from rich.console import Console

from . import workloads
from .errors import check_seed
from .measure.machine import default_threads
from .measure.sweep import sweep
from .options import refuse_ignored, refuse_to_grow
from .report.files import check_outputs, put_figure, put_json
from .report.progress import bar, exit_code
from .report.sweep import sweep_shown


def run(*, work, dtype, over, sizes, names, threads, budget, seed, cold, json, plot, html, **options):
    """Run the command.

    Returns
    -------
    int
        Exit code: 0 when every contract was kept, 1 when one was broken, 130 after Ctrl-C; what was measured until
        then is shown and written.
    """
    check_outputs(json, plot, html)
    check_seed(seed)
    given = {name: value for name, value in options.items() if value is not None}
    refuse_to_grow(workloads.drawable(work), over, given)
    refuse_ignored(work, given, options)
    sizes = sorted(set(sizes or workloads.GROWS[over]))
    build = partial(workloads.grown, over=over, work=work, dtype=dtype, **given)
    build(sizes[0])  # what makes no sense is said before anything is measured
    console, errors = Console(stderr=json == "-"), Console(stderr=True)
    with bar(errors, "sweep") as show:
        swept = sweep(build, sizes, over, names, budget, threads or default_threads(), seed, cold, show)
    put_json(json, {"sweep": swept.as_dict()})
    if plot and swept.names:
        from .report.sweep import sweep_figure

        put_figure(plot, sweep_figure(swept))
    if html and swept.names:
        from .report.measured_page import put_page, sweep_page

        put_page(html, sweep_page(swept))
    if swept.comparisons:
        console.print(sweep_shown(swept))
    return exit_code(errors, swept.agreed, swept.stopped)
