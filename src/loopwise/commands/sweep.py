"""`loopwise sweep`: measure one size after the other, show it, draw it."""

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
    epilog="Example: loopwise sweep logistic --features 30 --plot sweep.png\n\n"
    "Training, from one example at a time to many: loopwise sweep training --over batch_size\n\n"
    "How a network's width tells: loopwise sweep network --over width --sizes 4,16,64,256 --examples 500\n\n"
    "The JSON is {sweep: {over, sizes, comparisons: [as in compare], "
    "crossovers: [{overtakes, overtaken, at, low, high}], "
    "temporary_bytes: [{implementation, size, bytes}], compile_seconds: {implementation: seconds}, "
    "compile_at_most: [implementation], left: {implementation: reason}, stopped}}."
)
def sweep(
    work: Work = "logistic",
    over: Annotated[str, typer.Option(help="What grows: m, n_x, width, depth or batch_size.")] = "m",
    sizes: Annotated[str | None, typer.Option(help="With commas; by default from tiny to large.")] = None,
    examples: Annotated[int | None, typer.Option(help="m, where it does not grow.", show_default="1000")] = None,
    features: Annotated[int | None, typer.Option(help="n_x, where it does not grow.", show_default="30")] = None,
    layers: Layers = None,
    activation: AnyActivation = None,
    batch_size: Annotated[
        int | None, typer.Option(help="Examples a step of training.", show_default="1, with --layers 32")
    ] = None,
    dtype: Dtype = "float64",
    implementations: Names = None,
    threads: Threads = None,
    budget: Annotated[float, typer.Option(help="Seconds for all sizes, compiling excepted.")] = 60.0,
    seed: RoundsSeed = 0,
    cold: Annotated[bool, typer.Option("--compile/--no-compile", help="Also time compiling from nothing.")] = True,
    json: Json = None,
    plot: Plot = None,
    html: Html = None,
):
    """Time and memory against a size, from tiny to large; names the sizes where one overtakes another.

    A contender whose step takes more than half of the time for a size stops there, and the table says so.
    """
    threads = allowed_threads(threads)
    validate_size("examples", examples)
    validate_size("features", features)
    sizes, layers, names = sizes_of(sizes, "sizes"), sizes_of(layers, "layers"), names_of(implementations)
    from .. import workloads
    from ..measure import sweep as measure
    from ..report import sweep as report
    from ..report.outputs import Outputs
    from ..report.progress import bar
    from .work import refuse_ignored, refuse_to_grow

    outputs = Outputs(json, plot, html)
    validate_seed(seed)
    offered = {"examples": examples, "features": features, "layers": layers, "activation": activation}
    offered |= {"batch_size": batch_size}
    given = named(**offered)
    refuse_to_grow(workloads.drawable(work), over, given)
    refuse_ignored(work, given, offered)
    sizes = sorted(set(sizes or workloads.GROWS[over]))
    build = partial(workloads.grown, over=over, work=work, dtype=dtype, **given)  # it goes to other processes
    build(sizes[0])  # type: ignore[call-arg]  # what makes no sense is said before anything is measured
    with bar(outputs.errors, "sweep") as show:
        contest = {"names": names, "budget": budget, "thread_count": threads, "seed": seed}
        swept = measure.sweep(build, sizes, over, cold=cold, progress=show, **contest)
    outputs.publish(
        *([report.sweep_shown(swept)] if swept.comparisons else []),
        json=lambda: {"sweep": swept.as_dict()},
        plot=swept.names and (lambda: report.sweep_figure(swept)),
        html=swept.names and (lambda: page(swept)),
    )
    raise typer.Exit(outputs.exit_code(swept.agreed, swept.stopped))


def page(swept):
    """The page of `--html`, and what it is made with."""
    from ..report.pages import sweep_page

    return sweep_page(swept)
