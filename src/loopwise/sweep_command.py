"""What `loopwise sweep` does: measure one size after the other, show it, draw it."""

import math
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from . import workloads
from .errors import OptionError, choose
from .implementations import implementations
from .measure.machine import default_threads
from .measure.sweep import sweep
from .report.files import check_outputs, put_figure, put_json
from .report.sweep import sweep_shown


def run(*, over, sizes, names, threads, budget, seed, cold, json, plot, **given):
    """Run the command.

    Returns
    -------
    int
        Exit code: 0 when every contract was kept, 1 when one was broken, 130 after Ctrl-C; what was measured until
        then is shown and written.
    """
    check_outputs(json, plot)
    choose("over", over, workloads.GROWS)
    for name in names or ():
        choose("implementation", name, implementations())
    if not 0 < budget < math.inf:
        raise OptionError(f"budget is {budget}; expected a positive number of seconds")
    if seed < 0:
        raise OptionError(f"seed is {seed}; expected a whole number, at least 0")
    sizes = sorted(set(sizes or workloads.GROWS[over]))
    if over in ("width", "depth") and given.get("work") != "network":
        raise OptionError(f"--over {over} is of a network: loopwise sweep network --over {over}")
    build = partial(workloads.grown, over=over, **given)
    build(sizes[0])  # what makes no sense is said before anything is measured
    console, errors = Console(stderr=json == "-"), Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn()
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task("sweep", total=1.0)

        def show(text, share):
            progress.update(task, description=text, completed=share)

        swept = sweep(build, sizes, over, names, budget, threads or default_threads(), seed, cold, show)
    if swept.names:
        console.print(sweep_shown(swept))
        if plot:
            from .report.sweep import sweep_figure

            put_figure(plot, sweep_figure(swept))
    put_json(json, {"sweep": swept.as_dict()})
    if swept.stopped:
        errors.print("stopped by Ctrl-C; this is what was measured until then")
        return 130
    return 0 if swept.agreed else 1
