"""What `loopwise break-even` does: measure starts and steps, say when compiling has paid, draw it."""

from functools import partial

from .. import workloads
from ..errors import check_seed
from ..measure.break_even import break_even
from ..measure.machine import default_threads
from ..report import break_even as report
from ..report.outputs import Outputs
from ..report.progress import bar
from .work import refuse_ignored


def run(*, work, dtype, names, threads, budget, seed, json, plot, html, **options):
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
    refuse_ignored(workloads.drawable(work), given, options)
    build = partial(workloads.drawn, work=work, dtype=dtype, **given)
    with bar(outputs.errors, "break-even") as show:
        result = break_even(build, (), names, budget, threads or default_threads(), seed, show)
    outputs.publish(
        report.break_even_shown(result),
        json=lambda: {"break_even": result.as_dict()},
        plot=result.costs and (lambda: report.break_even_figure(result)),
        html=result.costs and (lambda: page(result)),
    )
    return outputs.exit_code(result.comparison.agreed, result.stopped)


def page(result):
    """The page of `--html`, and what it is made with."""
    from ..report.measured_page import break_even_page

    return break_even_page(result)
