"""What `loopwise ladder` does: climb the matmul ladder, show it, draw it."""

from rich.console import Console

from .errors import OptionError, check_seed
from .measure.ladder import climb
from .measure.machine import default_threads
from .report.files import check_outputs, put_figure, put_json
from .report.ladder import ladder_table
from .report.progress import bar, exit_code


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
    check_seed(seed)
    console, errors = Console(stderr=json == "-"), Console(stderr=True)
    with bar(errors, "ladder") as show:
        ladder = climb(shape, dtype, threads or default_threads(), budget, seed, show)
    put_json(json, {"ladder": ladder.as_dict()})
    console.print(ladder_table(ladder, console.width))
    if plot:
        from .report.ladder import ladder_figure

        put_figure(plot, ladder_figure(ladder))
    return exit_code(errors, ladder.agreed, ladder.stopped)
