"""What `loopwise break-even` does: measure starts and steps, say when compiling has paid, draw it."""

import math

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from . import workloads
from .errors import OptionError, choose
from .implementations import implementations
from .measure.break_even import break_even
from .measure.machine import default_threads
from .report.break_even import break_even_shown
from .report.files import check_outputs, put_figure, put_json


def run(*, names, threads, budget, seed, json, plot, **given):
    """Run the command.

    Returns
    -------
    int
        Exit code: 0 when every contract was kept, 1 when one was broken, 130 after Ctrl-C; what was measured until
        then is shown and written.
    """
    check_outputs(json, plot)
    for name in names or ():
        choose("implementation", name, implementations())
    if not 0 < budget < math.inf:
        raise OptionError(f"budget is {budget}; expected a positive number of seconds")
    if seed < 0:
        raise OptionError(f"seed is {seed}; expected a whole number, at least 0")
    console, errors = Console(stderr=json == "-"), Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn()
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task("break-even", total=1.0)

        def show(text, share):
            progress.update(task, description=text, completed=share)

        arguments = tuple(given[name] for name in ("work", "examples", "features", "layers", "activation", "dtype"))
        result = break_even(workloads.drawn, arguments, names, budget, threads or default_threads(), seed, show)
    if result.costs:
        console.print(break_even_shown(result))
        if plot:
            from .report.break_even import break_even_figure

            put_figure(plot, break_even_figure(result))
    put_json(json, {"break_even": result.as_dict()})
    if result.stopped:
        errors.print("stopped by Ctrl-C; this is what was measured until then")
        return 130
    return 0 if result.comparison.agreed else 1
