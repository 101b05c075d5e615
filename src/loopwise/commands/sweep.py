"""What `loopwise sweep` does: measure one size after the other, show it, draw it."""

from functools import partial

from .. import workloads
from ..errors import check_seed
from ..measure.machine import default_threads
from ..measure.sweep import sweep
from ..report import sweep as report
from ..report.outputs import Outputs
from ..report.progress import bar
from .work import refuse_ignored, refuse_to_grow


def run(*, work, dtype, over, sizes, names, threads, budget, seed, cold, json, plot, html, **options):
    """Run the command.

    Returns
    -------
    int
        Exit code: 0 when every contract was kept, 1 when one was broken, 2 when only an output failed, 130 after
        Ctrl-C; what was measured until then is shown and written.
    """
    outputs = Outputs(json, plot, html)
    check_seed(seed)
    given = {name: value for name, value in options.items() if value is not None}
    refuse_to_grow(workloads.drawable(work), over, given)
    refuse_ignored(work, given, options)
    sizes = sorted(set(sizes or workloads.GROWS[over]))
    build = partial(workloads.grown, over=over, work=work, dtype=dtype, **given)
    build(sizes[0])  # what makes no sense is said before anything is measured
    with bar(outputs.errors, "sweep") as show:
        swept = sweep(build, sizes, over, names, budget, threads or default_threads(), seed, cold, show)
    outputs.publish(
        *([report.sweep_shown(swept)] if swept.comparisons else []),
        json=lambda: {"sweep": swept.as_dict()},
        plot=swept.names and (lambda: report.sweep_figure(swept)),
        html=swept.names and (lambda: page(swept)),
    )
    return outputs.exit_code(swept.agreed, swept.stopped)


def page(swept):
    """The page of `--html`, and what it is made with."""
    from ..report.measured_page import sweep_page

    return sweep_page(swept)
