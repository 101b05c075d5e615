"""What `loopwise ladder` does: climb the matmul ladder, show it, draw it."""

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from .errors import OptionError
from .measure.ladder import climb
from .measure.machine import default_threads
from .report.files import check_outputs, put_figure, put_json
from .report.ladder import ladder_table


def run(*, shape, dtype, threads, budget, seed, json, plot):
    """Run the command.

    Returns
    -------
    int
        Exit code: 0 when every rung kept its contract, 1 when one broke it, 130 after Ctrl-C; what was measured until
        then is shown and written.
    """
    if len(shape) != 3:
        raise OptionError(f"shape is {','.join(map(str, shape))}; expected three sizes n,k,p: A is (n, k), B is (k, p)")
    check_outputs(json, plot)
    if seed < 0:
        raise OptionError(f"seed is {seed}; expected a whole number, at least 0")
    console, errors = Console(stderr=json == "-"), Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn()
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task("ladder", total=1.0)

        def show(text, share):
            progress.update(task, description=text, completed=share)

        ladder = climb(shape, dtype, threads or default_threads(), budget, seed, show)
    console.print(ladder_table(ladder, console.width))
    put_json(json, {"ladder": ladder.as_dict()})
    if plot:
        from .report.ladder import ladder_figure

        put_figure(plot, ladder_figure(ladder))
    if ladder.stopped:
        errors.print("stopped by Ctrl-C; this is what was measured until then")
        return 130
    return 0 if ladder.agreed else 1
