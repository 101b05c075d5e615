"""`loopwise compare`: the same work in every implementation; first whether they agree, then how long each takes."""

import os
import time
from functools import partial
from typing import Annotated

import typer

from ..errors import OptionError
from ..validation import validate_size
from .options import (
    ANY_DATA,
    Dtype,
    Html,
    Json,
    Names,
    OneHot,
    Plot,
    Target,
    Task,
    Threads,
    Without,
    allowed_threads,
    app,
    named,
    names_in,
    names_of,
    sizes_of,
)

PLOTTING = 1.5  # seconds of the budget that drawing takes


@app.command(
    epilog="Example: loopwise compare network --data digits --layers 64,32,10 --budget 10 --json race.json\n\n"
    "Against other frameworks: loopwise compare logistic --peers torch,jax,sklearn --baseline torch\n\n"
    "Whole epochs, one example at a time: loopwise compare training --peers sklearn"
)
def compare(
    context: typer.Context,
    work: Annotated[
        str | None,
        typer.Argument(
            help="logistic, network, training, or an operation such as layer_forward. Default: the first two."
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(help=ANY_DATA, show_default="what suits"),
    ] = None,
    target: Target = None,
    one_hot: OneHot = None,
    without: Without = None,
    task: Task = None,
    examples: Annotated[int | None, typer.Option(help="m. Real data: the first m; alone: synthetic.")] = None,
    features: Annotated[int | None, typer.Option(help="n_x of synthetic data, or what an operation sums over.")] = None,
    layers: Annotated[
        str | None, typer.Option(help="Hidden layers and the output: 20,7,5,1; one number for an operation's rows.")
    ] = None,
    activation: Annotated[
        str | None, typer.Option(help="Of the hidden layers, or of the operation.", show_default="relu")
    ] = None,
    loss: Annotated[
        str | None, typer.Option(help="cross_entropy, squared or absolute.", show_default="cross_entropy")
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(help="Examples a step of training.", show_default="1, with --layers 32")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Of training.", show_default="2")] = None,
    optimizer: Annotated[
        str | None, typer.Option(help="descent, momentum, rmsprop or adam.", show_default="descent")
    ] = None,
    alpha: Annotated[float | None, typer.Option(help="Learning rate; by default what suits the optimizer.")] = None,
    dtype: Dtype = "float64",
    layout: Annotated[str, typer.Option(help="Memory order of the inputs: C, F or strided.")] = "C",
    implementations: Names = None,
    peers: Annotated[
        str | None, typer.Option(help="Frameworks that take part: torch, jax, sklearn, with commas.")
    ] = None,
    baseline: Annotated[str | None, typer.Option(help="What speedups are against; the first one timed.")] = None,
    threads: Threads = None,
    budget: Annotated[float, typer.Option(help="Seconds for everything, compiling excepted.")] = 20.0,
    seed: Annotated[int, typer.Option(help="Of drawn data, parameters and the order of the rounds.")] = 0,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="On each worker of a Dask scheduler, as tcp://host:8786, in one table."),
    ] = None,
    json: Json = None,
    plot: Plot = None,
    html: Html = None,
):
    """Do the same work in every implementation: agreement first, then time.

    Exit code 1 when an implementation disagrees.
    """
    started = time.perf_counter()
    threads = allowed_threads(threads)
    validate_size("examples", examples)
    validate_size("features", features)
    layers, names = sizes_of(layers, "layers"), names_of(implementations)
    peers = peers.split(",") if peers else []
    from ..measure.peers import load
    from ..report.outputs import Outputs
    from ..validation import validate_seconds, validate_seed
    from .work import choose_work, refuse_layout

    outputs = Outputs(json, plot, html)
    if scheduler is not None:
        raise typer.Exit(on_machines(context, scheduler, outputs))
    validate_seconds("budget", budget)
    validate_seed(seed)
    load(peers)
    refuse_layout(work, layout)
    given = named(data=data, examples=examples, features=features, layers=layers, activation=activation, loss=loss)
    given |= named(target=target, one_hot=one_hot, without=names_in(without), task=task)
    given |= named(batch_size=batch_size, epochs=epochs, optimizer=optimizer, alpha=alpha)
    works = [chosen.arranged(dtype, layout) for chosen in choose_work(work, seed, given)]
    deadline = started + budget - PLOTTING * sum(file is not None for file in (plot, html))
    contest = {"names": names, "thread_count": threads, "seed": seed, "baseline": baseline}
    comparisons, stopped = compared(works, deadline, outputs.errors, **contest, peers=peers)
    if comparisons:
        publish(outputs, comparisons)
    raise typer.Exit(outputs.exit_code(all(comparison.agreed for comparison in comparisons), stopped))


def on_machines(context, scheduler, outputs):
    """Compare on each worker, and show what each has found; returns the exit code."""
    from ..measure.machines import compare_on
    from ..report.machines import machines_table
    from ..report.progress import bar
    from ..scale import workers_of

    if outputs.files["plot"] or outputs.files["html"]:
        raise OptionError("--plot and --html are of one machine; of several there is a table, and --json")
    if "://" not in scheduler:
        raise OptionError(f"scheduler is {scheduler!r}; expected an address, as tcp://host:8786")
    with workers_of(scheduler) as workers, bar(outputs.errors, "compare") as show:
        show(f"{workers.count} workers", 0.0)
        results = compare_on(workers.client, arguments_of(context), show)
    shown = {"workers": [found.as_dict() for found in results]}
    outputs.publish(machines_table(results), json=lambda: shown)
    return outputs.exit_code(not any(found.disagrees or found.error for found in results), stopped=False)


def arguments_of(context):
    """What was asked for on the command line, but for where it is to be done, and where its results go."""
    given = []
    for parameter in context.command.params:
        is_given = context.get_parameter_source(parameter.name).name == "COMMANDLINE"
        if is_given and parameter.name not in ("scheduler", "json", "plot", "html"):
            name = [] if parameter.param_type_name == "argument" else [parameter.opts[0]]
            given += name if getattr(parameter, "is_flag", False) else [*name, absolute(context.params[parameter.name])]
    return given


def absolute(value):
    """An option's value, with files named from the root: a worker has a folder of its own."""
    parts = str(value).split(",")
    return ",".join(os.path.abspath(part) if os.path.exists(part) else part for part in parts)


def compared(works, deadline, errors, **contest):
    """Compare one work after the other until the deadline; what was compared, and whether Ctrl-C has stopped it."""
    from ..measure.comparison import compare
    from ..report.comparison import SoFar
    from ..report.progress import bar

    comparisons, so_far = [], SoFar()
    with bar(errors, "compare", above=so_far) as show:
        for k, work in enumerate(works):
            share = max(0.5, deadline - time.perf_counter()) / (len(works) - k)
            watched = {"progress": partial(tell, show, work.name), "on_row": partial(so_far.add, work.name)}
            try:
                comparison = compare(work, budget=share, **watched, **contest)
            except KeyboardInterrupt:
                return comparisons, True
            comparisons.append(comparison)
            deadline += comparison.compile_seconds
            if comparison.stopped:
                return comparisons, True
    return comparisons, False


def tell(show, name, text, share):
    """What is said while a workload is timed, with its name."""
    show(f"{name}: {text}", share)


def publish(outputs, comparisons):
    """The tables, and the files that were asked for."""
    from rich.console import Group

    from ..report.comparison import comparison_figure, comparison_table

    shown = (part for comparison in comparisons for part in (comparison_table(comparison), ""))
    outputs.publish(
        Group(*shown),
        json=lambda: {"comparisons": [comparison.as_dict() for comparison in comparisons]},
        plot=lambda: comparison_figure(comparisons),
        html=lambda: page(comparisons),
    )


def page(comparisons):
    """The page of `--html`, and what it is made with."""
    from ..report.pages import comparison_page

    return comparison_page(comparisons)
