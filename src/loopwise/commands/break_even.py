"""`loopwise break-even`: measure starts and steps, say when compiling has paid, draw it."""

from functools import partial
from typing import Annotated

import typer

from ..validation import validate_seed, validate_size
from .options import (
    AnyActivation,
    Dtype,
    Html,
    Json,
    Layers,
    Names,
    Plot,
    RoundsSeed,
    Threads,
    Work,
    allowed_threads,
    app,
    named,
    names_of,
    sizes_of,
)


@app.command(
    "break-even",
    epilog="Example: loopwise break-even network --features 64 --examples 500 --plot break-even.png\n\n"
    "The JSON is {break_even: {comparison: as in compare, costs: [{implementation, "
    "cold: {first_call, compiling, taken_by_others}, cached: {as cold}, step_seconds, starts}], "
    "pays_after: [{implementation, against, cold, cached, sure, cold_between, cached_between}], "
    "stopped}}; pays_after in calls, null is never.",
)
def break_even(
    work: Work = "logistic",
    examples: Annotated[int | None, typer.Option(help="m.", show_default="1000")] = None,
    features: Annotated[int | None, typer.Option(help="n_x.", show_default="30")] = None,
    layers: Layers = None,
    activation: AnyActivation = None,
    dtype: Dtype = "float64",
    implementations: Names = None,
    threads: Threads = None,
    budget: Annotated[float, typer.Option(help="Seconds for timing; first calls take as long as they take.")] = 10.0,
    seed: RoundsSeed = 0,
    json: Json = None,
    plot: Plot = None,
    html: Html = None,
):
    """After how many calls has an implementation paid for its compilation? Cold, cached and warm."""
    threads = allowed_threads(threads)
    validate_size("examples", examples)
    validate_size("features", features)
    layers, names = sizes_of(layers, "layers"), names_of(implementations)
    from .. import workloads
    from ..measure import break_even as measure
    from ..report import break_even as report
    from ..report.outputs import Outputs
    from ..report.progress import bar
    from .work import refuse_ignored

    outputs = Outputs(json, plot, html)
    validate_seed(seed)
    offered = {"examples": examples, "features": features, "layers": layers, "activation": activation}
    given = named(**offered)
    refuse_ignored(workloads.drawable(work), given, offered)
    build = partial(workloads.drawn, work=work, dtype=dtype, **given)
    with bar(outputs.errors, "break-even") as show:
        contest = {"names": names, "budget": budget, "thread_count": threads, "seed": seed}
        result = measure.break_even(build, (), progress=show, **contest)
    outputs.publish(
        report.break_even_shown(result),
        json=lambda: {"break_even": result.as_dict()},
        plot=result.costs and (lambda: report.break_even_figure(result)),
        html=result.costs and (lambda: page(result)),
    )
    raise typer.Exit(outputs.exit_code(result.comparison.agreed, result.stopped))


def page(result):
    """The page of `--html`, and what it is made with."""
    from ..report.pages import break_even_page

    return break_even_page(result)
