"""What `loopwise ladder` does: climb the matmul ladder, show it, draw it."""

from ..errors import OptionError, check_seed
from ..measure.ladder import climb
from ..measure.machine import default_threads
from ..report import ladder as report
from ..report.outputs import Outputs
from ..report.progress import bar


def run(*, shape, dtype, threads, budget, seed, json, plot):
    """Run the command.

    Returns
    -------
    int
        Exit code: 0 when every rung kept its contract, 1 when one broke it, 2 when only an output failed, 130 after
        Ctrl-C; what was measured until then is shown and written.
    """
    if len(shape) != 3:
        raise OptionError(f"shape is {','.join(map(str, shape))}; expected three sizes n,k,p: A is (n, k), B is (k, p)")
    outputs = Outputs(json, plot)
    check_seed(seed)
    with bar(outputs.errors, "ladder") as show:
        ladder = climb(shape, dtype, threads or default_threads(), budget, seed, show)
    outputs.publish(
        report.ladder_table(ladder, outputs.console.width),
        json=lambda: {"ladder": ladder.as_dict()},
        plot=lambda: report.ladder_figure(ladder),
    )
    return outputs.exit_code(ladder.agreed, ladder.stopped)
