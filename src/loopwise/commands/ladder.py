"""`loopwise ladder`: climb the matmul ladder, show it, draw it."""

from typing import Annotated

import typer

from ..errors import OptionError
from ..validation import validate_seed, validate_size
from .options import Dtype, Json, Plot, Threads, allowed_threads, app, sizes_of


@app.command(
    epilog="Example: loopwise ladder --shape 256,784,10000 --dtype float32 --budget 10 --plot ladder.png\n\n"
    "The JSON is {ladder: {workload, sizes, dtype, threads, machine, reference, peak_gflops: {threads: GFLOP/s}, "
    "compiled_while_timing, stopped, rows: [{name, contract, idea, threads, rung, agreement: {passed, max_ulp, "
    "bound_ratio}, step_seconds: {median, p25, p75, min, samples}, gflops, of_peak, times_below: {vs, ratio, low, "
    "high, sure}, times_slide, times_numpy, spoilt, at_most, note}]}}; null is what was not measured."
)
def ladder(
    size: Annotated[int | None, typer.Option(help="n of square matrices.", show_default="512")] = None,
    shape: Annotated[str | None, typer.Option(help="n,k,p for A (n, k) and B (k, p): 256,784,10000.")] = None,
    dtype: Dtype = "float64",
    threads: Threads = None,
    budget: Annotated[float, typer.Option(help="Seconds for everything, compiling excepted.")] = 20.0,
    seed: Annotated[int, typer.Option(help="Of the data and the order of the rounds.")] = 0,
    json: Json = None,
    plot: Plot = None,
):
    """Climb from the slide's triple loop for C = A B to the machine's limit: one idea a rung, checked, then timed.

    Rungs 0 to 5 have the slide's bits; the others, and NumPy, round differently. A rung that takes too long for the
    budget is left out. Exit code 1 when a rung disagrees.
    """
    threads = allowed_threads(threads)
    if size is not None and shape is not None:
        raise OptionError("--size and --shape exclude each other")
    validate_size("size", size)
    sizes = sizes_of(shape, "shape") or [size or 512] * 3
    if len(sizes) != 3:
        raise OptionError(f"shape is {','.join(map(str, sizes))}; expected three sizes n,k,p: A is (n, k), B is (k, p)")
    from ..measure.ladder import climb
    from ..report import ladder as report
    from ..report.outputs import Outputs
    from ..report.progress import bar

    outputs = Outputs(json, plot)
    validate_seed(seed)
    with bar(outputs.errors, "ladder") as show:
        climbed = climb(sizes, dtype, thread_count=threads, budget=budget, seed=seed, progress=show)
    outputs.publish(
        report.ladder_table(climbed, outputs.console.width),
        json=lambda: {"ladder": climbed.as_dict()},
        plot=lambda: report.ladder_figure(climbed),
    )
    raise typer.Exit(outputs.exit_code(climbed.agreed, climbed.stopped))
