"""What `loopwise break-even` does: measure starts and steps, say when compiling has paid, draw it."""

from functools import partial

from rich.console import Console

from . import workloads
from .errors import check_seed
from .measure.break_even import break_even
from .measure.machine import default_threads
from .options import refuse_ignored
from .report.break_even import break_even_shown
from .report.files import check_outputs, put_figure, put_json
from .report.progress import bar, exit_code


def run(*, work, dtype, names, threads, budget, seed, json, plot, html, **options):
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
    refuse_ignored(workloads.drawable(work), given, options)
    build = partial(workloads.drawn, work=work, dtype=dtype, **given)
    console, errors = Console(stderr=json == "-"), Console(stderr=True)
    with bar(errors, "break-even") as show:
        result = break_even(build, (), names, budget, threads or default_threads(), seed, show)
    put_json(json, {"break_even": result.as_dict()})
    if plot and result.costs:
        from .report.break_even import break_even_figure

        put_figure(plot, break_even_figure(result))
    if html and result.costs:
        from .report.measured_page import break_even_page, put_page

        put_page(html, break_even_page(result))
    console.print(break_even_shown(result))
    return exit_code(errors, result.comparison.agreed, result.stopped)
